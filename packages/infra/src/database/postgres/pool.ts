import { Pool } from 'pg';
import type { PoolClient, QueryConfig } from 'pg';
import type { Logger } from '@pixsim7/core';
import { describeDriverError } from '../errors.ts';
import { clientConfig } from './client-config.ts';
import { createConnectionGate } from './connection-gate.ts';
import type { ConnectionGate } from './connection-gate.ts';
import type { Connections } from './connections.ts';
import type { PostgresSettings } from './settings.ts';

/**
 * The server cancels a statement that takes too long. Only a server that fell silent, or a cut cable, gets this much
 * more time before the connection is given up.
 */
const silenceMs = 5_000;

/** The connections of this process. */
export interface ConnectionPool extends ConnectionGate {
  /** Waits for those that are in use. */
  end(): Promise<void>;
}

/** A lost connection is logged and leaves the pool; the next request opens another. */
export function createPool(
  url: string,
  settings: PostgresSettings,
  { logger, connections }: { readonly logger: Logger; readonly connections: Connections },
): ConnectionPool {
  const pool = new Pool({
    ...clientConfig(url, settings),
    max: settings.poolSize,
    query_timeout: settings.statementTimeoutMs + silenceMs,
    verify: (client, done) => open(client, done),
  });
  /** Learns of whom the connection is, and leaves on it what may be left there. */
  const open = (client: PoolClient, done: (error?: Error) => void): void => {
    client.query<{ pid: number }>(
      bounded('select pg_backend_pid() as pid', settings),
      (error: unknown, result) => {
        if (error instanceof Error) {
          done(error);
          return;
        }
        const text = connections.open(client, result.rows[0]?.pid);
        if (text === null) {
          done();
        } else {
          client.query(bounded(text, settings), (refused: unknown) =>
            done(refused instanceof Error ? refused : undefined),
          );
        }
      },
    );
  };
  const reportLoss = (error: Error): void => {
    logger.warn({ error: describeDriverError(error, 'A connection broke') }, 'database connection lost');
  };
  // Node ends a process at an 'error' event that nobody listens to. The pool has listeners on its idle connections; one
  // that is in use, and between two statements, has none but these. The first error tells why the connection broke, those
  // after it (the socket closed, the pool noticed) say nothing new.
  pool.on('connect', (client) => client.once('error', reportLoss).on('error', reportedAlready));
  pool.on('error', reportedAlready);
  const gate = createConnectionGate(pool, {
    timeoutMs: settings.connectTimeoutMs,
    now: () => performance.now(),
    random: Math.random,
  });
  return { connect: () => gate.connect(), end: () => pool.end() };
}

/**
 * PgBouncer takes every login at once and lets the first statement wait for a place at PostgreSQL: under session pooling for
 * as long as others keep theirs. A transaction that began on such a connection would hang with everything that it holds.
 */
function bounded(
  text: string,
  { connectTimeoutMs }: PostgresSettings,
): QueryConfig & { query_timeout: number } {
  return { text, query_timeout: connectTimeoutMs };
}

function reportedAlready(): void {}
