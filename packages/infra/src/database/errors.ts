import { UniqueViolationError } from '@pixsim7/core';
import { DrizzleQueryError } from 'drizzle-orm';

export interface DatabaseQueryErrorDetails {
  /** The five characters of PostgreSQL's error code; null when the error did not come from the server. */
  readonly sqlState: string | null;
  readonly constraint: string | null;
  readonly cause?: unknown;
}

/**
 * A query failed. It tells which rule was broken and never what was written: the errors of the drivers carry the whole
 * query with its values (prompts, sealed credentials), and errors end up in logs.
 */
export class DatabaseQueryError extends Error {
  override readonly name = 'DatabaseQueryError';
  readonly code = 'database_query_failed';
  readonly sqlState: string | null;
  readonly constraint: string | null;

  constructor(message: string, { sqlState, constraint, cause }: DatabaseQueryErrorDetails) {
    super(message, cause === undefined ? undefined : { cause });
    this.sqlState = sqlState;
    this.constraint = constraint;
  }
}

export class DatabaseClosedError extends Error {
  override readonly name = 'DatabaseClosedError';
  readonly code = 'database_closed';

  constructor() {
    super('The database is closed.');
  }
}

/**
 * Somebody asked the database for a transaction while being inside one. On the embedded database, which has a single
 * connection, the two would wait for each other for ever.
 */
export class NestedTransactionError extends Error {
  override readonly name = 'NestedTransactionError';
  readonly code = 'nested_transaction';

  constructor() {
    super('A transaction was asked for inside a transaction. Pass the open one down instead.');
  }
}

const uniqueViolation = '23505';
/** Class 22, data exception: its messages quote the value. */
const dataExceptionClass = '22';

/** Turns what Drizzle and the driver throw into our errors; leaves everything else as it is. */
export function translateQueryError(error: unknown): unknown {
  if (!(error instanceof DrizzleQueryError)) return error;
  const { cause } = error;
  const sqlState = textOf(cause, 'code');
  if (sqlState === null) {
    return new DatabaseQueryError('The database did not answer a query.', {
      sqlState: null,
      constraint: null,
      cause,
    });
  }
  const constraint = textOf(cause, 'constraint');
  const reason = sqlState.startsWith(dataExceptionClass) ? 'a value is not valid' : cause?.message;
  const queryError = new DatabaseQueryError(`Query failed with SQLSTATE ${sqlState}: ${reason}`, {
    sqlState,
    constraint,
  });
  if (sqlState === uniqueViolation && constraint !== null) {
    return new UniqueViolationError(constraint, { cause: queryError });
  }
  return queryError;
}

function textOf(error: unknown, field: string): string | null {
  if (typeof error !== 'object' || error === null) return null;
  const value: unknown = Reflect.get(error, field);
  return typeof value === 'string' ? value : null;
}
