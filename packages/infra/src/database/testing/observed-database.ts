import { drizzle as drizzlePostgres } from 'drizzle-orm/node-postgres';
import { drizzle as drizzlePglite } from 'drizzle-orm/pglite';
import { Client } from 'pg';
import type { Database, Logger } from '@pixsim7/core';
import type { ConnectionSource } from '../connection.ts';
import { createDrizzleDatabase } from '../drizzle-database.ts';
import { connectPglite } from '../embedded/connect-pglite.ts';
import { openPostgresDatabase } from '../postgres/open-postgres-database.ts';

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

type Rows = ObservedDatabase['rows'];

/** Over one connection, so that nothing else runs in between. */
export async function observePostgres(url: string, logger: Logger): Promise<ObservedDatabase> {
  const migrated = await openPostgresDatabase({ url, logger, now: Date.now, poolSize: 1 });
  await migrated.close();
  const client = new Client({ connectionString: url });
  await client.connect();
  const rows: Rows = async <Row>(text: string, values: readonly unknown[] = []) =>
    (await client.query(text, [...values])).rows as Row[];
  return observe(
    (log) => drizzlePostgres(client, { logger: { logQuery: log } }),
    () => client.end(),
    rows,
    logger,
  );
}

/** In memory. */
export async function observeEmbedded(logger: Logger): Promise<ObservedDatabase> {
  const { client, database } = await connectPglite({
    directory: null,
    logger,
    now: Date.now,
    onClosed: () => undefined,
  });
  const rows: Rows = async <Row>(text: string, values: readonly unknown[] = []) =>
    (await client.query<Row>(text, [...values])).rows;
  return observe(
    (log) => drizzlePglite(client, { logger: { logQuery: log } }),
    () => database.close(),
    rows,
    logger,
  );
}

function observe(
  connect: (log: (text: string, values: unknown[]) => void) => ConnectionSource,
  close: () => Promise<void>,
  rows: Rows,
  logger: Logger,
): ObservedDatabase {
  const seen: ObservedStatement[] = [];
  const connection = connect((text, values) => seen.push({ text, values }));
  return {
    database: createDrizzleDatabase({ connection, closeConnection: close, logger, now: Date.now }),
    rows,
    async statementsOf(work) {
      seen.length = 0;
      await work();
      return seen.filter(({ text }) => !/^(?:begin|commit|rollback)\b/iu.test(text));
    },
  };
}
