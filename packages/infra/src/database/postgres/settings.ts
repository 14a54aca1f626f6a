export interface PostgresSettings {
  /**
   * The most connections of this process at a time. All processes together have to stay below the `max_connections` of the
   * server, which is 100 unless somebody changed it.
   */
  readonly poolSize: number;
  /** Names the connections of this process in `pg_stat_activity`. */
  readonly applicationName: string;
  /** The longest wait for a connection: for a free one of the pool, or for the server to take a new one. */
  readonly connectTimeoutMs: number;
  /** The longest time of one statement, waiting for locks included. The server cancels it. */
  readonly statementTimeoutMs: number;
  /**
   * The longest pause of a process inside a transaction. The server then ends it, so a process that is frozen (a
   * suspended machine, a debugger) cannot hold the locks that dispatch needs.
   */
  readonly idleInTransactionTimeoutMs: number;
  /** The longest wait, at the start, for another process that brings the tables up to date. */
  readonly migrationLockTimeoutMs: number;
  /**
   * Whether statements get names, so that the server plans them once per connection, and settings are set once for each.
   * Behind a pooler neither is in any case; this is for a pooler that cannot be told from the server.
   */
  readonly namedStatements: boolean;
}

const defaults: PostgresSettings = {
  poolSize: 10,
  applicationName: 'pixsim7',
  connectTimeoutMs: 10_000,
  statementTimeoutMs: 15_000,
  idleInTransactionTimeoutMs: 10_000,
  migrationLockTimeoutMs: 60_000,
  namedStatements: true,
};

export function withDefaults(given: Partial<PostgresSettings>): PostgresSettings {
  return {
    poolSize: given.poolSize ?? defaults.poolSize,
    applicationName: given.applicationName ?? defaults.applicationName,
    connectTimeoutMs: given.connectTimeoutMs ?? defaults.connectTimeoutMs,
    statementTimeoutMs: given.statementTimeoutMs ?? defaults.statementTimeoutMs,
    idleInTransactionTimeoutMs: given.idleInTransactionTimeoutMs ?? defaults.idleInTransactionTimeoutMs,
    migrationLockTimeoutMs: given.migrationLockTimeoutMs ?? defaults.migrationLockTimeoutMs,
    namedStatements: given.namedStatements ?? defaults.namedStatements,
  };
}
