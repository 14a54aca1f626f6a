import { PgDialect } from 'drizzle-orm/pg-core';
import { Client } from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '@pixsim7/core';
import { buildAccount, buildEvent, buildJob } from '@pixsim7/testkit/builders';
import { describeDatabaseContract } from '@pixsim7/testkit/contracts';
import { describeWithPgbouncer, startPgbouncer } from '@pixsim7/testkit/servers';
import { knownMigrations } from '../migrations.ts';
import { truncateEverything } from '../testing/truncate-everything.ts';
import { inspectPostgres } from './inspect-postgres.ts';
import { openPostgresDatabase } from './open-postgres-database.ts';
import type { PostgresDatabaseOptions } from './open-postgres-database.ts';
import { troubleOfDatabase } from './postgres-trouble.ts';
import { createRecordingLogger } from './testing/recording-logger.ts';
import { createEmptyDatabase, queryDirectly } from './testing/server-access.ts';

const emptyAllTables = new PgDialect().sqlToQuery(truncateEverything()).sql;

describeWithPgbouncer('the database port', ({ mode, postgres, pgbouncer }) => {
  describeDatabaseContract(`Drizzle on pg (${mode} pooling)`, async () => {
    const url = pgbouncer().url();
    const database = await openPostgresDatabase({ url, logger: createRecordingLogger(), now: Date.now });
    await queryDirectly(postgres().url(), emptyAllTables);
    return { database, close: () => database.close() };
  });

  describe('and what it leaves', () => {
    let name: string;
    let databases: Database[];

    beforeEach(async () => {
      name = new URL(await createEmptyDatabase(postgres().url())).pathname.slice(1);
      databases = [];
    });
    afterEach(async () => {
      await Promise.all(databases.map((database) => database.close()));
    });

    const open = async (url: string, more: Partial<PostgresDatabaseOptions> = {}): Promise<Database> => {
      const database = await openPostgresDatabase({
        url,
        logger: createRecordingLogger(),
        now: Date.now,
        ...more,
      });
      databases.push(database);
      return database;
    };

    it('makes the tables once, however many processes begin together', async () => {
      await Promise.all([1, 2, 3, 4].map(() => open(pgbouncer().url(name), { poolSize: 2 })));
      const applied = await queryDirectly(
        postgres().url(name),
        'select id from drizzle.__drizzle_migrations',
      );
      expect(applied).toHaveLength(knownMigrations().length);
    });

    it('is nothing on the connection that the next client gets', async () => {
      const single = await startPgbouncer(postgres(), { mode, poolSize: 1 });
      try {
        const url = single?.url(name) ?? '';
        const database = await open(url, { poolSize: 1 });
        const account = buildAccount();
        await database.transaction(async ({ accounts, events, jobs }) => {
          await accounts.lockCredentials('pixverse');
          await accounts.insert(account);
          await jobs.insert(buildJob(), []);
          await events.append(buildEvent());
        });
        // More often than it takes for a statement to get a name where there is no pooler.
        for (let time = 0; time < 5; time += 1) {
          await database.transaction(({ accounts: rows }) => rows.get(account.id));
        }
        await database.transaction(({ events }) => events.assignSequences(10));
        await expect(database.transaction(({ accounts }) => accounts.insert(account))).rejects.toMatchObject({
          code: expect.any(String) as string,
        });
        // Under session pooling a connection goes to the next client when this one has left.
        if (mode === 'session') {
          await database.close();
        }
        const left = await queryDirectly(
          url,
          `select (select json_agg(name || '=' || setting) from pg_settings
                   where source = 'session' and name like any (array['%timeout', 'transaction%', 'lock%'])) as settings,
                  (select count(*)::int from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()) as locks,
                  (select count(*)::int from pg_prepared_statements) as statements,
                  (select count(*)::int from pg_listening_channels()) as channels`,
        );
        expect(left).toEqual([{ settings: null, locks: 0, statements: 0, channels: 0 }]);
      } finally {
        await single?.close();
      }
    });

    it('still bounds the time of a statement', async () => {
      const database = await open(pgbouncer().url(name), { statementTimeoutMs: 300 });
      const account = buildAccount();
      await database.transaction(({ accounts }) => accounts.insert(account));
      const holder = new Client({ connectionString: postgres().url(name) });
      await holder.connect();
      try {
        await holder.query('begin');
        await holder.query('select id from accounts for update');
        const waiting = database.transaction(({ accounts }) => accounts.lock(account.id));
        await expect(waiting).rejects.toMatchObject({ sqlState: '57014' });
      } finally {
        await holder.end();
      }
    });

    it('is looked at by doctor over the same connections', async () => {
      expect(await inspectPostgres({ url: pgbouncer().url(name) })).toMatchObject({
        trouble: null,
        appliedMigrations: 0,
      });
      await open(pgbouncer().url(name));
      expect(await inspectPostgres({ url: pgbouncer().url(name) })).toMatchObject({
        trouble: null,
        appliedMigrations: knownMigrations().length,
      });
    });

    it.each([
      ['login_refused', { password: 'wrong' }],
      ['login_refused', { username: 'nobody' }],
      ['not_found', { pathname: 'nothing' }],
    ] as const)('tells what the pooler refuses: %s', async (code, change) => {
      const url = new URL(pgbouncer().url(name));
      Object.assign(url, change);
      const error: unknown = await inspectPostgres({ url: url.href }).catch((thrown: unknown) => thrown);
      expect(troubleOfDatabase(error).code).toBe(code);
    });
  });
});
