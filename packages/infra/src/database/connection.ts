import type { SQL } from 'drizzle-orm';
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core';

/** A database or one of its transactions, with any driver, for statements that Drizzle builds. */
export type Connection = PgDatabase<PgQueryResultHKT>;

/** A value as PostgreSQL writes and reads it as text; null: NULL. */
export type Field = string | null;

/** A statement whose text is one of few, so that it is parsed and planned once for each connection. */
export interface Statement {
  readonly text: string;
  /** For `$1`, `$2` and so on. */
  readonly values: Field[];
}

/** A statement that changes something, for the end of a transaction. */
export interface ClosingStatement extends Statement {
  /** It divides by zero when a row is not as it was read; this is the message of the error then. */
  readonly staleMessage?: string;
}

export interface StatementResult {
  readonly rows: readonly (readonly Field[])[];
  /** Rows that were read, or written. */
  readonly count: number;
}

/**
 * The part of a transaction that repositories get. They know nothing else, so they cannot reach around it.
 *
 * A statement that Drizzle builds costs three times the processor time of one that is sent as it is: built each time, sent as
 * objects with a name for each column, mapped back. The statements that each job needs several times are sent.
 */
export interface RepositoryConnection {
  readonly drizzle: Connection;
  send(statement: Statement): Promise<StatementResult>;
  /** Several at once, where the driver can, in their order. After one that fails none is carried out. */
  sendAll(statements: readonly Statement[]): Promise<readonly StatementResult[]>;
  /**
   * Keeps statements for the message that commits: a transaction that only writes is one message and one answer. What is sent
   * before that goes behind them. Their errors are those of the message that they travel in.
   */
  sendLast(statements: readonly ClosingStatement[]): void;
}

/** The demands of the database port on a driver. The isolation of a transaction is READ COMMITTED. */
export interface ConnectionSource {
  /** Commits when the work succeeds and rolls back when it throws, with the error of the work. */
  transaction<Result>(work: (connection: RepositoryConnection) => Promise<Result>): Promise<Result>;
  /** One statement outside of any transaction. */
  execute(statement: SQL): PromiseLike<unknown>;
}
