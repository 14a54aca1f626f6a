import { Counter, Gauge } from 'prom-client';
import type { Registry } from 'prom-client';

const accountLabels = ['account_id', 'provider_id'] as const;

/**
 * The metrics of what is in the database and in the queue. Every process shows the same figures of them, because all
 * look at the same database: take the `max` over processes, not the sum.
 */
export function createStateGauges(registry: Registry) {
  const gauge = <Label extends string>(name: string, help: string, labelNames: readonly Label[] = []) =>
    new Gauge({ name: `pixsim7_${name}`, help, labelNames, registers: [registry] });
  return {
    databaseUp: gauge('database_up', '1 when the database can be read and written.'),
    diskFree: gauge('disk_free_bytes', 'Free space on the disk of DATA_DIR.'),
    diskReserve: gauge('disk_reserve_bytes', 'Free space below which new work is refused (MIN_FREE_BYTES).'),
    logLinesDropped: new Counter({
      name: 'pixsim7_log_lines_dropped_total',
      help: 'Log lines that could not be written.',
      registers: [registry],
    }),
    redisUp: gauge('redis_up', '1 when Redis carries steps; absent when it is not configured.'),
    trouble: gauge(
      'trouble',
      '1 while database, redis or storage does not work, or not fully, with the code from /health. Otherwise absent.',
      ['part', 'code'],
    ),
    jobs: gauge('jobs', 'Jobs by status; of those that are over at most 10,000 of each.', ['status']),
    jobsWaiting: gauge('jobs_waiting', 'Pending jobs by the reason they wait.', ['reason']),
    jobsNeedingAttention: gauge('jobs_needing_attention', 'Jobs that need a decision.'),
    submissions: gauge(
      'submissions',
      'Attempts at providers by state; of those that are over at most 10,000 of each.',
      ['state'],
    ),
    queueWaiting: gauge('queue_waiting', 'Steps that are not due yet.', ['step']),
    queueRunning: gauge('queue_running', 'Steps that run.', ['step']),
    queueOverdue: gauge('queue_overdue_seconds', 'Age of the most overdue step.', ['step']),
    outboxLag: gauge('outbox_lag_seconds', 'Age of the oldest event that is not published yet.'),
    accounts: gauge('accounts', 'Enabled accounts by status.', ['provider_id', 'status']),
    providerSlotsUsed: gauge('provider_slots_used', 'Live submissions of enabled accounts.', ['provider_id']),
    providerSlotsMax: gauge('provider_slots_max', 'Limit of live submissions of enabled accounts.', [
      'provider_id',
    ]),
    providerCreditsHeld: gauge('provider_credits_held', 'Credits held for live submissions.', [
      'provider_id',
    ]),
    providerCreditsCharged: new Counter({
      name: 'pixsim7_provider_credits_charged_total',
      help: 'Credits that finished attempts cost; unknown charges are not in it.',
      labelNames: ['provider_id'] as const,
      registers: [registry],
    }),
    slotsUsed: gauge('account_slots_used', 'Live submissions of an account.', accountLabels),
    slotsMax: gauge('account_slots_max', 'Limit of live submissions of an account.', accountLabels),
    creditsHeld: gauge('account_credits_held', 'Credits held for live submissions.', accountLabels),
    creditsSpendable: gauge('account_credits_spendable', 'Left out while unknown.', accountLabels),
    balanceDrift: gauge(
      'account_balance_drift',
      'Last balance minus what the ledger expected; left out while unknown.',
      accountLabels,
    ),
  };
}
