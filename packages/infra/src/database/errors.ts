import { DrizzleQueryError } from 'drizzle-orm';
import { StaleRowError, UniqueViolationError } from '@pixsim7/core';
import { reasonOf } from '../trouble/causes.ts';

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
 * connection, the two would wait for each other forever.
 */
export class NestedTransactionError extends Error {
  override readonly name = 'NestedTransactionError';
  readonly code = 'nested_transaction';

  constructor() {
    super('A transaction was asked for inside a transaction. Pass the open one down instead.');
  }
}

/** A call came after the end of its transaction: somebody did not wait for it. */
export class TransactionEndedError extends Error {
  override readonly name = 'TransactionEndedError';
  readonly code = 'transaction_ended';

  constructor() {
    super('The transaction is over. Wait for every call that is made in it.');
  }
}

const uniqueViolation = '23505';
/** serialization_failure and deadlock_detected: the server chose this transaction as the loser of a race. */
const lostRaces: readonly (string | null)[] = ['40001', '40P01'];
const divisionByZero = '22012';
/** Class 22, data exception: its messages quote the value. */
const dataExceptionClass = '22';
/** Five characters, one of them a digit: the drivers put codes of the operating system, as EPIPE, in the same field. */
const sqlStatePattern = /^(?=.*\d)[0-9A-Z]{5}$/;

/** Turns what Drizzle throws into our errors; leaves everything else as it is. */
export function translateQueryError(error: unknown): unknown {
  return error instanceof DrizzleQueryError ? translateDriverError(error.cause) : error;
}

/** The error of a driver for a statement, as one of ours. */
export function translateDriverError(error: unknown): unknown {
  if (error instanceof DatabaseQueryError) {
    return error;
  }
  const queryError = describeDriverError(error, 'A query failed');
  const { sqlState, constraint } = queryError;
  if (sqlState === uniqueViolation && constraint !== null) {
    return new UniqueViolationError(constraint, { cause: queryError });
  }
  if (lostRaces.includes(sqlState)) {
    return new StaleRowError(queryError.message, { cause: queryError });
  }
  return queryError;
}

/** The same of a statement that divides by zero when a row is not as it was read. @param staleMessage undefined: it never does */
export function translateStatementError(error: unknown, staleMessage: string | undefined): unknown {
  const translated = translateDriverError(error);
  return staleMessage !== undefined &&
    translated instanceof DatabaseQueryError &&
    translated.sqlState === divisionByZero
    ? new StaleRowError(staleMessage, { cause: translated })
    : translated;
}

/**
 * The error of a driver without the values in it.
 *
 * @param event what happened, as the beginning of a sentence
 */
export function describeDriverError(error: unknown, event: string): DatabaseQueryError {
  const code = textOf(error, 'code');
  if (code === null || !sqlStatePattern.test(code)) {
    const message = `${event}: ${reasonOf(error)}`;
    return new DatabaseQueryError(message, { sqlState: null, constraint: null, cause: error });
  }
  const reason = code.startsWith(dataExceptionClass) ? 'a value is not valid' : textOf(error, 'message');
  return new DatabaseQueryError(`${event} with SQLSTATE ${code}: ${reason}`, {
    sqlState: code,
    constraint: textOf(error, 'constraint'),
  });
}

function textOf(error: unknown, field: string): string | null {
  if (typeof error !== 'object' || error === null) {
    return null;
  }
  const value: unknown = Reflect.get(error, field);
  return typeof value === 'string' ? value : null;
}
