import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { Health, Job } from '@pixsim7/contracts';
import {
  createTestFolder,
  describeWithPostgres,
  describeWithRedis,
  startServerProcess,
} from '@pixsim7/testkit/servers';
import type { RunningProgram } from '@pixsim7/testkit/servers';
import { TestClient } from '../support/client.ts';
import { runDoctorProgram } from '../support/doctor.ts';
import { documentedRights } from '../support/documented-rights.ts';
import { startEmulatorProcess } from '../support/processes.ts';

const apiKey = 'a-key-of-twenty-characters';

async function execute(url: string, statements: readonly string[]): Promise<void> {
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

/** The role, user and password of the guide, as they stand there. */
describeWithPostgres('the rights of the guide', (postgres) => {
  describeWithRedis('and Redis', (redis) => {
    let directory: string;
    let emulator: RunningProgram;
    let settings: Record<string, string>;
    let server: RunningProgram | null = null;

    const urlOf = (role: string, password: string): string => {
      const url = new URL(postgres().url('pixsim7'));
      url.username = role;
      url.password = password;
      return url.href;
    };

    beforeAll(async () => {
      directory = await createTestFolder('rights');
      emulator = await startEmulatorProcess(join(directory, 'provider'), ['--render-seconds=1,1']);
      await execute(postgres().url(), documentedRights.owner);
      await redis().command(...documentedRights.redis);
      settings = {
        DATA_DIR: join(directory, 'data'),
        REDIS_URL: redis().url.replace('redis://', 'redis://pixsim7:choose-one@'),
        API_KEY: apiKey,
        SECRET_KEY: 'a-secret-of-thirty-two-characters',
        SANDBOX: 'off',
      };
    }, 120_000);
    afterEach(async () => {
      await server?.terminate();
      server = null;
    });
    afterAll(async () => {
      await emulator?.kill();
      await rm(directory, { recursive: true, force: true });
    });

    async function expectItWorks(environment: Record<string, string>): Promise<void> {
      server = await startServerProcess(environment);
      expect(server.output()).not.toContain('Attention');
      const { ready } = server;
      const health = (await (await fetch(`${ready}/health`)).json()) as Health;
      expect(health.checks).toMatchObject({
        database: { status: 'ok' },
        redis: { status: 'ok' },
        queue: { status: 'ok' },
      });
      const client = new TestClient(() => ready, apiKey);
      if ((await client.accounts()).length === 0) {
        await client.json('/api/v1/accounts', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({
            provider_id: 'pixverse',
            label: 'Main',
            credentials: { api_key: 'sk-rights-0001' },
            base_url: `${emulator.ready}/openapi/v2`,
          }),
        });
      }
      const job = await client.createJob(
        {
          operation_type: 'text_to_video',
          provider_id: 'pixverse',
          params: { prompt: 'a boat', quality: '540p', duration: 5 },
        },
        crypto.randomUUID(),
      );
      await expect
        .poll(async () => (await client.job(job.id)).status, { timeout: 40_000, interval: 250 })
        .toBe('completed' satisfies Job['status']);
    }

    const asOwner = (): Record<string, string> => ({
      ...settings,
      DATABASE_URL: urlOf('pixsim7', 'choose-one'),
    });
    const asApp = (): Record<string, string> => ({
      ...settings,
      DATABASE_URL: urlOf('app_of_pixsim7', 'choose-another'),
    });

    it('let the owner of the database make the tables and carry a job to its end', async () => {
      const findings = await runDoctorProgram(asOwner());
      expect(findings.filter(({ status }) => status === 'problem')).toEqual([]);
      await expectItWorks(asOwner());
    });

    it('let a role that owns nothing do the same with tables that are there', async () => {
      const [createRole = '', ...grants] = documentedRights.app;
      await execute(postgres().url(), [createRole]);
      await execute(urlOf('pixsim7', 'choose-one'), grants);
      await expectItWorks(asApp());
      const findings = await runDoctorProgram(asApp());
      expect(findings.filter(({ status }) => status === 'problem')).toEqual([]);
    });

    it('are not more than is needed', async () => {
      await expect(
        execute(urlOf('app_of_pixsim7', 'choose-another'), ['create table more (id int)']),
      ).rejects.toThrow('permission denied');
      const client = new Redis(settings['REDIS_URL'] ?? '', { enableReadyCheck: false });
      try {
        await expect(client.flushall()).rejects.toThrow('NOPERM');
        await expect(client.get('another:key')).rejects.toThrow('NOPERM');
        await expect(client.publish('another:channel', '')).rejects.toThrow('NOPERM');
      } finally {
        client.disconnect();
      }
    });
  });
});
