import type { Database, Logger } from '@pixsim7/core';
import { connectPglite } from '../embedded/connect-pglite.ts';

/** An embedded database in memory that a bench can also ask for its sizes. */
export async function openMeasuredEmbeddedDatabase(logger: Logger): Promise<{
  readonly database: Database;
  rows<Row>(sql: string): Promise<readonly Row[]>;
}> {
  const { client, database } = await connectPglite({
    directory: null,
    logger,
    now: Date.now,
    onClosed: () => undefined,
  });
  return { database, rows: async <Row>(sql: string) => (await client.query(sql)).rows as Row[] };
}
