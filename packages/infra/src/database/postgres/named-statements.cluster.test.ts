import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithPgbouncer, describeWithPostgres } from '@pixsim7/testkit/servers';
import { beginStatement } from './begin-statement.ts';
import { createConnections, createStatementNames } from './named-statements.ts';
import { createPool } from './pool.ts';
import type { ConnectionPool } from './pool.ts';
import { runPooledTransaction } from './pooled-transaction.ts';
import { withDefaults } from './settings.ts';
import { createRecordingLogger } from './testing/recording-logger.ts';
import { createEmptyDatabase, queryDirectly } from './testing/server-access.ts';

interface OnePlace {
  readonly pool: ConnectionPool;
  /** One transaction on the only connection, with what its statement returned. */
  run(text: string, ...values: unknown[]): Promise<unknown[]>;
  kept(): Promise<unknown[]>;
}

function openOnePlace(url: string): OnePlace {
  const settings = withDefaults({ poolSize: 1 });
  const connections = createConnections(createStatementNames());
  const pool = createPool(url, settings, { logger: createRecordingLogger(), connections });
  const begin = beginStatement(settings);
  const run: OnePlace['run'] = (text, ...values) =>
    runPooledTransaction(pool, begin, connections, async (connection) => {
      const parts = text.split('?').map((part) => sql.raw(part));
      const statement = sql.join(
        parts.flatMap((part, index) => (index === 0 ? [part] : [sql`${values[index - 1]}`, part])),
      );
      const { rows } = (await connection.execute(statement)) as { rows: unknown[] };
      return rows;
    });
  return { pool, run, kept: () => run('select name, statement from pg_prepared_statements') };
}

describeWithPostgres('statements that come again', (server) => {
  let url: string;
  let place: OnePlace;
  beforeAll(async () => {
    url = await createEmptyDatabase(server().url());
    await queryDirectly(url, 'create table things (id int primary key, name text)');
    place = openOnePlace(url);
  });
  afterAll(() => place.pool.end());

  const often = async (): Promise<void> => {
    for (let time = 0; time < 5; time += 1) {
      await place.run('select * from things where id = ?', 1);
    }
  };

  it('are kept by their connection', async () => {
    await often();
    expect(await place.kept()).toEqual([
      { name: 'pixsim7_1', statement: 'select * from things where id = $1' },
    ]);
  });

  it('go on with a new connection when a newer version changes the tables', async () => {
    await often();
    await queryDirectly(url, 'alter table things add column note text');
    await expect(often()).rejects.toMatchObject({ sqlState: '0A000' });
    await often();
    expect(await place.kept()).toHaveLength(1);
  });
});

describeWithPgbouncer('statements that come again', ({ mode, pgbouncer }) => {
  it(`have no name behind a pooler (${mode})`, async () => {
    const place = openOnePlace(pgbouncer().url());
    try {
      for (let time = 0; time < 5; time += 1) {
        await place.run('select ?::int as id', time);
      }
      expect(await place.kept()).toEqual([]);
    } finally {
      await place.pool.end();
    }
  });
});
