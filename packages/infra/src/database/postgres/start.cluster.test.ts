import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { Client } from 'pg';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Database } from '@pixsim7/core';
import { buildJob } from '@pixsim7/testkit/builders';
import { describeWithPostgres } from '@pixsim7/testkit/servers';
import { migrationsFolder } from '../migrations.ts';
import { openPostgresDatabase } from './open-postgres-database.ts';
import type { PostgresDatabaseOptions } from './open-postgres-database.ts';
import { migrationLock } from './run-migrations.ts';
import { createRecordingLogger } from './testing/recording-logger.ts';
import { createEmptyDatabase, queryDirectly } from './testing/server-access.ts';

const journal = JSON.parse(readFileSync(join(migrationsFolder, 'meta/_journal.json'), 'utf8')) as {
  readonly entries: readonly unknown[];
};

describeWithPostgres('the start', (server) => {
  let url: string;
  let databases: Database[];

  const open = async (options: Partial<PostgresDatabaseOptions> = {}): Promise<Database> => {
    const logger = createRecordingLogger();
    const database = await openPostgresDatabase({ url, logger, now: Date.now, ...options });
    databases.push(database);
    return database;
  };
  beforeEach(async () => {
    url = await createEmptyDatabase(server().url());
    databases = [];
  });
  afterEach(async () => {
    await Promise.all(databases.map((database) => database.close()));
  });

  it('makes the tables once, however many processes begin together', async () => {
    const opened = await Promise.all([open(), open(), open(), open()]);
    for (const database of opened) {
      const job = buildJob();
      await database.transaction(({ jobs }) => jobs.insert(job, []));
      expect(await database.transaction(({ jobs }) => jobs.get(job.id))).toEqual(job);
    }
    const applied = await queryDirectly(url, 'select id from drizzle.__drizzle_migrations');
    expect(applied).toHaveLength(journal.entries.length);
  });

  it('changes nothing at tables that are up to date, and keeps no lock', async () => {
    const job = buildJob();
    const first = await open();
    await first.transaction(({ jobs }) => jobs.insert(job, []));
    const second = await open();
    expect(await second.transaction(({ jobs }) => jobs.get(job.id))).toEqual(job);
    expect(await queryDirectly(url, `select pid from pg_locks where locktype = 'advisory'`)).toEqual([]);
  });

  it('does not wait for ever for another process that migrates', async () => {
    const other = new Client({ connectionString: url });
    await other.connect();
    await other.query('select pg_advisory_lock($1)', [migrationLock]);
    const late = open({ migrationLockTimeoutMs: 100 });
    await expect(late).rejects.toMatchObject({ name: 'DatabaseQueryError', sqlState: '55P03' });
    await other.end();
    await open();
  });

  it('tells when the server refuses the login, without the password', async () => {
    url = url.replace(server().password, 'a-wrong-password');
    const failure: unknown = await open().then(
      () => null,
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({ name: 'DatabaseQueryError', sqlState: '28P01' });
    expect(inspect(failure, { depth: null })).not.toContain('a-wrong-password');
  });

  it('calls its connections by the name of the application', async () => {
    const database = await open({ applicationName: 'a worker', poolSize: 1 });
    await database.ping();
    const [row] = await queryDirectly(
      url,
      `select count(*)::int as connections from pg_stat_activity where application_name = 'a worker'`,
    );
    expect(row).toEqual({ connections: 1 });
  });

  it('understands times whatever the time zone of the server', async () => {
    const name = new URL(url).pathname.slice(1);
    await queryDirectly(url, `alter database ${name} set timezone = 'Asia/Kolkata'`);
    const job = buildJob({ createdAt: Date.UTC(2026, 5, 30, 23, 59, 59, 987) });
    const database = await open();
    await database.transaction(({ jobs }) => jobs.insert(job, []));
    expect(await database.transaction(({ jobs }) => jobs.get(job.id))).toEqual(job);
  });
});
