/** Times of the statements of one transaction, in milliseconds; 0: no limit. */
export interface TransactionTimes {
  readonly statementTimeoutMs: number;
  readonly idleInTransactionTimeoutMs: number;
  /** Left out: as the operator set it. */
  readonly lockTimeoutMs?: number;
}

/** The isolation is stated, because its default belongs to the operator, and repositories look again after a wait for a lock. */
export const begin = 'begin isolation level read committed';

/** Begins a transaction with settings that end with it. */
export function beginStatements(times: TransactionTimes): readonly string[] {
  return [begin, ...settingsOf(times).map((setting) => `set local ${setting}`)];
}

/** The same settings for all transactions of a connection that nobody else gets. */
export function sessionStatement(times: TransactionTimes): string {
  return settingsOf(times)
    .map((setting) => `set ${setting}`)
    .join('; ');
}

function settingsOf(times: TransactionTimes): readonly string[] {
  const settings: readonly (readonly [string, number | undefined])[] = [
    ['statement_timeout', times.statementTimeoutMs],
    ['idle_in_transaction_session_timeout', times.idleInTransactionTimeoutMs],
    ['lock_timeout', times.lockTimeoutMs],
  ];
  return settings.flatMap(([name, milliseconds]) =>
    milliseconds === undefined ? [] : [`${name} = ${Math.round(milliseconds)}`],
  );
}
