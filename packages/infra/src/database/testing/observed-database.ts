import { drizzle } from 'drizzle-orm/node-postgres';
import { Client } from 'pg';
import type { PoolClient, QueryConfig } from 'pg';
import type { Database, Logger } from '@pixsim7/core';
import type { ConnectionSource } from '../connection.ts';
import { createDrizzleDatabase } from '../drizzle-database.ts';
import { connectPglite } from '../embedded/connect-pglite.ts';
import { begin } from '../postgres/begin-statement.ts';
import { openPostgresDatabase } from '../postgres/open-postgres-database.ts';
import { runPooledTransaction } from '../postgres/pooled-transaction.ts';
import { PostgresConnection } from '../postgres/postgres-connection.ts';
import { StatementBatch } from '../postgres/statement-batch.ts';

/** A statement as the driver got it. */
export interface ObservedStatement {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** A database whose statements can be seen, and be asked for their plans on the same connection. */
export interface ObservedDatabase {
  readonly database: Database;
  readonly rows: <Row>(text: string, values?: readonly unknown[]) => Promise<readonly Row[]>;
  /** The statements of the work, without those that begin and end its transaction. */
  readonly statementsOf: (work: () => Promise<unknown>) => Promise<readonly ObservedStatement[]>;
}

type Log = (text: string, values: unknown[]) => void;

/** Over one connection, so that nothing else runs in between. */
export async function observePostgres(url: string, logger: Logger): Promise<ObservedDatabase> {
  const migrated = await openPostgresDatabase({ url, logger, now: Date.now, poolSize: 1 });
  await migrated.close();
  const client = new Client({ connectionString: url });
  await client.connect();
  return observe(client, () => client.end(), logger);
}

/** One that writes down what it is asked, and is never given back. */
function observedClient(client: Client, log: Log): PoolClient {
  const query = (asked: StatementBatch | QueryConfig, values: unknown[] = []): unknown => {
    const statements = asked instanceof StatementBatch ? asked.statements : [{ text: asked.text, values }];
    for (const statement of statements) {
      log(statement.text, statement.values);
    }
    return asked instanceof StatementBatch ? client.query(asked) : client.query(asked, values);
  };
  return { query, release: () => undefined } as unknown as PoolClient;
}

/** In memory. */
export async function observeEmbedded(logger: Logger): Promise<ObservedDatabase> {
  const { client, database } = await connectPglite({
    directory: null,
    logger,
    now: Date.now,
    onClosed: () => undefined,
  });
  return observe(client, () => database.close(), logger);
}

function observe(client: Client, close: () => Promise<void>, logger: Logger): ObservedDatabase {
  const seen: ObservedStatement[] = [];
  const log: Log = (text, values) => void seen.push({ text, values });
  const connection = new PostgresConnection(observedClient(client, log), null);
  const begun = (): PostgresConnection => {
    connection.begin([begin]);
    return connection;
  };
  const source: ConnectionSource = {
    transaction: (work) =>
      runPooledTransaction(
        { connect: async () => observedClient(client, log) },
        { begin: begun, open: () => null },
        work,
      ),
    execute: (statement) => drizzle(client, { logger: { logQuery: log } }).execute(statement),
  };
  return {
    database: createDrizzleDatabase({ connection: source, closeConnection: close, logger, now: Date.now }),
    rows: async <Row>(text: string, values: readonly unknown[] = []) =>
      (await client.query(text, [...values])).rows as Row[],
    async statementsOf(work) {
      seen.length = 0;
      await work();
      return seen.filter(({ text }) => !/^(?:begin|commit|rollback)\b/iu.test(text));
    },
  };
}
