import type { SQL } from 'drizzle-orm';
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core';

/**
 * A database or one of its transactions, with any driver. Repositories get the transaction and know nothing else, so they
 * cannot reach around it.
 */
export type Connection = PgDatabase<PgQueryResultHKT>;

/** The demands of the database port on a driver. The isolation of a transaction is READ COMMITTED. */
export interface ConnectionSource {
  /** Commits when the work succeeds and rolls back when it throws, with the error of the work. */
  transaction<Result>(work: (connection: Connection) => Promise<Result>): Promise<Result>;
  /** One statement outside of any transaction. */
  execute(statement: SQL): PromiseLike<unknown>;
}
