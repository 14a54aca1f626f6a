import type { PoolClient } from 'pg';
import { begin, beginStatements, sessionStatement } from './begin-statement.ts';
import type { TransactionTimes } from './begin-statement.ts';
import type { StatementNames } from './named-statements.ts';
import { PostgresConnection } from './postgres-connection.ts';

/** The connections that the repositories use, one for each client of a pool. */
export interface Connections {
  /** A connection on which a transaction begins with its first statement. */
  begin(client: PoolClient): PostgresConnection;
  /**
   * Remembers whether a pooler stands between, which may give the next transaction another connection to PostgreSQL.
   *
   * @param backendPid the process id that PostgreSQL itself tells
   * @returns a statement to begin the connection with; null: nothing may be left on it
   */
  open(client: PoolClient, backendPid: unknown): string | null;
}

/** @param names null: nothing may be left on a connection, neither the name of a statement nor a setting */
export function createConnections(names: StatementNames | null, times: TransactionTimes): Connections {
  const connections = new WeakMap<PoolClient, PostgresConnection>();
  const own = new WeakSet<PoolClient>();
  const withSettings = beginStatements(times);
  return {
    begin(client) {
      let connection = connections.get(client);
      if (connection === undefined) {
        connection = new PostgresConnection(client, own.has(client) ? names : null);
        connections.set(client, connection);
      }
      connection.begin(own.has(client) ? [begin] : withSettings);
      return connection;
    },
    open(client, backendPid) {
      // A pooler tells each client a process id of its own; PostgreSQL tells the one that it has.
      if (names === null || Reflect.get(client, 'processID') !== backendPid) {
        return null;
      }
      own.add(client);
      return sessionStatement(times);
    },
  };
}
