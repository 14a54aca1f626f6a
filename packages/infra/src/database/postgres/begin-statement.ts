/** Times of the statements of one transaction, in milliseconds; 0: no limit. */
export interface TransactionTimes {
  readonly statementTimeoutMs: number;
  readonly idleInTransactionTimeoutMs: number;
  /** Left out: as the operator set it. */
  readonly lockTimeoutMs?: number;
}

/**
 * Begins a transaction: one message with its settings, which end with it.
 *
 * The isolation is stated, because the default belongs to the operator, and the repositories look again after they waited
 * for a lock.
 */
export function beginStatement(times: TransactionTimes): string {
  const settings: readonly (readonly [string, number | undefined])[] = [
    ['statement_timeout', times.statementTimeoutMs],
    ['idle_in_transaction_session_timeout', times.idleInTransactionTimeoutMs],
    ['lock_timeout', times.lockTimeoutMs],
  ];
  const statements = settings.flatMap(([name, milliseconds]) =>
    milliseconds === undefined ? [] : [`set local ${name} = ${Math.round(milliseconds)}`],
  );
  return ['begin isolation level read committed', ...statements].join('; ');
}
