import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeWithPgbouncer, describeWithPostgres } from '@pixsim7/testkit/servers';
import type { RepositoryConnection } from '../connection.ts';
import { createConnections } from './connections.ts';
import { createStatementNames } from './named-statements.ts';
import { createPool } from './pool.ts';
import type { ConnectionPool } from './pool.ts';
import { runPooledTransaction } from './pooled-transaction.ts';
import { withDefaults } from './settings.ts';
import { createRecordingLogger } from './testing/recording-logger.ts';
import { createEmptyDatabase, queryDirectly } from './testing/server-access.ts';

interface OnePlace {
  readonly pool: ConnectionPool;
  /** One transaction on the only connection, with the first field of each row. */
  run(text: string, value: string): Promise<unknown[]>;
  /** The statements that the server knows by a name there, without those that every transaction has. */
  kept(): Promise<string[]>;
}

/** The two ways to the server: as Drizzle builds it, and as it is sent. */
const ways = {
  built: async ({ drizzle }: RepositoryConnection, text: string, value: string) => {
    const [before = '', after = ''] = text.split('$1');
    const statement = sql`${sql.raw(before)}${value}${sql.raw(after)}`;
    const { rows } = (await drizzle.execute(statement)) as { rows: Record<string, unknown>[] };
    return rows.map((row) => Object.values(row)[0]);
  },
  sent: async (connection: RepositoryConnection, text: string, value: string) => {
    const { rows } = await connection.send({ text, values: [value] });
    return rows.map(([field]) => field);
  },
};

function openOnePlace(url: string, way: keyof typeof ways): OnePlace {
  const settings = withDefaults({ poolSize: 1 });
  const connections = createConnections(createStatementNames(), settings);
  const pool = createPool(url, settings, { logger: createRecordingLogger(), connections });
  return {
    pool,
    run: (text, value) =>
      runPooledTransaction(pool, connections, (connection) => ways[way](connection, text, value)),
    kept: () =>
      runPooledTransaction(pool, connections, async ({ drizzle }) => {
        const { rows } = (await drizzle.execute(
          sql`select name || ': ' || statement as kept from pg_prepared_statements where statement like 'select%'`,
        )) as { rows: { kept: string }[] };
        return rows.map(({ kept }) => kept);
      }),
  };
}

describeWithPostgres('statements that come again', (server) => {
  describe.each(['built', 'sent'] as const)('%s', (way) => {
    let url: string;
    let place: OnePlace;
    beforeAll(async () => {
      url = await createEmptyDatabase(server().url());
      await queryDirectly(
        url,
        'create table things (id int primary key, name text); insert into things values (1)',
      );
      place = openOnePlace(url, way);
    });
    afterAll(() => place.pool.end());

    const often = async (): Promise<void> => {
      for (let time = 0; time < 5; time += 1) {
        expect((await place.run('select * from things where id = $1', '1')).map(Number)).toEqual([1]);
      }
    };

    it('are kept by their connection', async () => {
      await often();
      expect(await place.kept()).toEqual([
        expect.stringMatching(/^pixsim7_(?:built_)?\d+: select \* from things where id = \$1$/u),
      ]);
    });

    it('fail and come again', async () => {
      for (let time = 0; time < 5; time += 1) {
        await expect(place.run('select $1::int', 'no number')).rejects.toMatchObject({ sqlState: '22P02' });
        expect((await place.run('select $1::int', '7')).map(Number)).toEqual([7]);
      }
    });

    it('go on with a new connection when a newer version changes the tables', async () => {
      await often();
      await queryDirectly(url, 'alter table things add column note text');
      await expect(often()).rejects.toMatchObject({ sqlState: '0A000' });
      await often();
      expect(await place.kept()).toHaveLength(1);
    });
  });
});

describeWithPgbouncer('statements that come again', ({ mode, pgbouncer }) => {
  it.each(['built', 'sent'] as const)(`have no name behind a pooler (${mode}, %s)`, async (way) => {
    const place = openOnePlace(pgbouncer().url(), way);
    try {
      for (let time = 0; time < 5; time += 1) {
        await place.run('select $1::int as id', String(time));
      }
      expect(await place.kept()).toEqual([]);
    } finally {
      await place.pool.end();
    }
  });
});
