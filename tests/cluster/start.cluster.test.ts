import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Health } from '@pixsim7/contracts';
import {
  createTestFolder,
  describeWithPgbouncer,
  describeWithPostgres,
  startPgbouncer,
  startServerProcess,
} from '@pixsim7/testkit/servers';
import type { PgbouncerServer, PostgresServer, RunningProgram } from '@pixsim7/testkit/servers';
import { TestClient } from '../support/client.ts';
import { failedStart, runDoctorProgram } from '../support/doctor.ts';
import { startEmulatorProcess } from '../support/processes.ts';

const settings = {
  API_KEY: 'a-key-of-twenty-characters',
  SECRET_KEY: 'a-secret-of-thirty-two-characters',
  SANDBOX: 'off',
};

async function execute(url: string, ...statements: readonly string[]): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    for (const statement of statements) {
      await client.query(statement);
    }
  } finally {
    await client.end();
  }
}

describeWithPgbouncer('a server process', ({ mode, postgres, pgbouncer }) => {
  it('starts, carries jobs to their end and stops, and doctor finds all well', async () => {
    await onPooler(postgres(), pgbouncer(), `pooled_${mode}`, async ({ ready, server, environment }) => {
      const health = (await (await fetch(`${ready}/health`)).json()) as Health;
      expect(health.checks['database']).toMatchObject({ status: 'ok' });
      expect(await server.terminate()).toBe(0);
      const findings = await runDoctorProgram(environment);
      expect(findings.filter(({ status }) => status === 'problem')).toEqual([]);
    });
  }, 120_000);

  it('carries jobs to their end when the pooler has fewer places than it wants', async () => {
    const narrow = await startPgbouncer(postgres(), { mode, poolSize: 3 });
    if (narrow === null) {
      throw new Error('PgBouncer disappeared.');
    }
    try {
      await onPooler(postgres(), narrow, `narrow_${mode}`, async ({ ready }) => {
        const health = (await (await fetch(`${ready}/health`)).json()) as Health;
        expect(health.database).toBe('connected');
      });
    } finally {
      await narrow.close();
    }
  }, 120_000);
});

interface OnPooler {
  readonly ready: string;
  readonly server: RunningProgram;
  readonly environment: Record<string, string>;
}

/** A server on a database of its own behind the pooler, which has just completed twelve jobs that were sent at once. */
async function onPooler(
  postgres: PostgresServer,
  pooler: PgbouncerServer,
  database: string,
  check: (run: OnPooler) => Promise<void>,
): Promise<void> {
  const directory = await createTestFolder('pooler');
  const emulator = await startEmulatorProcess(join(directory, 'provider'), ['--render-seconds=1,1']);
  await execute(postgres.url(), `create database ${database}`);
  const environment = {
    ...settings,
    DATA_DIR: join(directory, 'data'),
    DATABASE_URL: pooler.url(database),
  };
  let server: RunningProgram | null = null;
  try {
    server = await startServerProcess(environment);
    const { ready } = server;
    const client = new TestClient(() => ready, settings.API_KEY);
    await client.json('/api/v1/accounts', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        provider_id: 'pixverse',
        label: 'Main',
        credentials: { api_key: 'sk-pooler-0001' },
        base_url: `${emulator.ready}/openapi/v2`,
        max_concurrent: 12,
      }),
    });
    const request = {
      operation_type: 'text_to_video',
      provider_id: 'pixverse',
      params: { prompt: 'a boat', quality: '540p', duration: 5 },
    } as const;
    await Promise.all(Array.from({ length: 12 }, (_, index) => client.createJob(request, `job-${index}`)));
    await expect.poll(() => client.jobs('completed'), { timeout: 80_000, interval: 500 }).toHaveLength(12);
    await check({ ready, server, environment });
  } finally {
    await server?.kill();
    await emulator.kill();
    await rm(directory, { recursive: true, force: true });
  }
}

describeWithPostgres('a start that PostgreSQL refuses', (postgres) => {
  let directory: string;
  let names = 0;
  let url: URL;

  beforeAll(async () => {
    directory = await createTestFolder('start');
    await execute(postgres().url(), `create role pixsim7 login password 'right'`);
  });
  beforeEach(async () => {
    names += 1;
    const name = `start_${names}`;
    await execute(postgres().url(), `create database ${name} owner pixsim7`);
    url = new URL(postgres().url(name));
    url.username = 'pixsim7';
    url.password = 'right';
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  const asAdministrator = (...statements: readonly string[]): Promise<void> =>
    execute(postgres().url(url.pathname.slice(1)), ...statements);
  const started = async (): Promise<void> => {
    const server = await startServerProcess({
      ...settings,
      DATA_DIR: join(directory, 'data'),
      DATABASE_URL: url.href,
    });
    await server.terminate();
  };

  it.each<[string, RegExp, () => Promise<void> | void]>([
    ['a wrong password', /refuses the login/u, () => void (url.password = 'wrong')],
    ['a database that does not exist', /database does not exist/u, () => void (url.pathname = 'nothing')],
    ['nobody at the address', /nothing accepts connections.*ECONNREFUSED/u, () => void (url.port = '1')],
    [
      'a host without an address',
      /host name is not known.*ENOTFOUND/u,
      () => void (url.hostname = 'nowhere.invalid'),
    ],
    [
      'no right to connect',
      /lacks rights.*permission denied for database/u,
      () => asAdministrator(`revoke connect on database ${url.pathname.slice(1)} from public, pixsim7`),
    ],
    [
      'no right to make tables',
      /lacks rights/u,
      () => asAdministrator(`alter database ${url.pathname.slice(1)} owner to administrator`),
    ],
    [
      'a read-only database',
      /is read-only/u,
      () => asAdministrator('alter role pixsim7 set default_transaction_read_only = on'),
    ],
    [
      'an encoding that is not UTF8',
      /not encoded in UTF8/u,
      async () => {
        await execute(
          postgres().url(),
          `create database ascii owner pixsim7 encoding 'SQL_ASCII' template template0`,
        );
        url.pathname = 'ascii';
      },
    ],
    [
      'tables of a newer version',
      /newer version/u,
      async () => {
        await asAdministrator('alter role pixsim7 reset default_transaction_read_only');
        await started();
        await asAdministrator(
          `insert into drizzle.__drizzle_migrations (hash, created_at) values ('newer', 9999999999999)`,
        );
      },
    ],
  ])('%s: the process says so in one line, and doctor says the same', async (_, words, refuse) => {
    await refuse();
    const environment = { ...settings, DATA_DIR: join(directory, 'data'), DATABASE_URL: url.href };
    const line = (await failedStart(environment)).trim();
    expect(line).toMatch(/^PixSim7 cannot start\. /u);
    expect(line).toMatch(words);
    expect(line.split('\n')).toHaveLength(1);
    const problems = (await runDoctorProgram(environment)).filter(({ status }) => status === 'problem');
    expect(problems.map(({ detail }) => detail).join('\n')).toMatch(words);
    expect(`${line}\n${JSON.stringify(problems)}`).not.toMatch(/right@|wrong@/u);
  });
});
