import type { Logger } from '@pixsim7/core';
import { Pool } from 'pg';
import { describeDriverError } from '../errors.ts';
import type { PostgresSettings } from './settings.ts';

/**
 * The server cancels a statement that takes too long. Only a server that fell silent, or a cut cable, gets this much
 * more time before the connection is given up.
 */
const silenceMs = 5_000;

/** The connections of this process. A lost one is logged and leaves the pool; the next request opens another. */
export function createPool(url: string, settings: PostgresSettings, logger: Logger): Pool {
  const pool = new Pool({
    connectionString: url,
    max: settings.poolSize,
    application_name: settings.applicationName,
    connectionTimeoutMillis: settings.connectTimeoutMs,
    statement_timeout: settings.statementTimeoutMs,
    query_timeout: settings.statementTimeoutMs + silenceMs,
    idle_in_transaction_session_timeout: settings.idleInTransactionTimeoutMs,
    keepAlive: true,
  });
  const reportLoss = (error: Error): void => {
    logger.warn({ error: describeDriverError(error, 'A connection broke') }, 'Lost a database connection.');
  };
  // Node ends a process at an 'error' event that nobody listens to. The pool has listeners on its idle connections; one
  // that is in use, and between two statements, has none but these. The first error tells why the connection broke, those
  // after it (the socket closed, the pool noticed) say nothing new.
  pool.on('connect', (client) => client.once('error', reportLoss).on('error', reportedAlready));
  pool.on('error', reportedAlready);
  return pool;
}

function reportedAlready(): void {}
