import { jobStatuses, waitReasons, type Account } from '@pixsim7/contracts';
import type { StepQueueStatistics } from '@pixsim7/core';
import { Gauge, type Registry } from 'prom-client';
import type { HttpParts } from '../http-parts.ts';

type Parts = Pick<HttpParts, 'core' | 'database' | 'queue' | 'system' | 'logger'>;

/** Gauges of what is in the database and in the queue. They are read when they are asked for, so none can be stale. */
export function createStateMetrics(registry: Registry, parts: Parts): { read(): Promise<void> } {
  const gauge = <Label extends string>(name: string, help: string, labelNames: readonly Label[]) =>
    new Gauge({ name: `pixsim7_${name}`, help, labelNames, registers: [registry] });
  const accountLabels = ['account_id', 'provider_id'] as const;
  const gauges = {
    databaseUp: gauge('database_up', '1 when the database answers.', []),
    jobs: gauge('jobs', 'Jobs by status.', ['status']),
    waiting: gauge('jobs_waiting', 'Pending jobs by what they wait for.', ['reason']),
    queueWaiting: gauge('queue_waiting', 'Steps that wait for their time.', ['step']),
    queueRunning: gauge('queue_running', 'Steps that run.', ['step']),
    queueOverdue: gauge('queue_overdue_seconds', 'Age of the most overdue step.', ['step']),
    slotsUsed: gauge('account_slots_used', 'Live submissions of an account.', accountLabels),
    slotsMax: gauge('account_slots_max', 'Most live submissions of an account.', accountLabels),
    creditsHeld: gauge('account_credits_held', 'Credits held for live submissions.', accountLabels),
    creditsSpendable: gauge('account_credits_spendable', 'Left out while unknown.', accountLabels),
  };

  function showQueue(statistics: readonly StepQueueStatistics[]): void {
    const now = parts.system.now();
    for (const { step, waiting, running, earliest } of statistics) {
      gauges.queueWaiting.set({ step }, waiting);
      gauges.queueRunning.set({ step }, running);
      gauges.queueOverdue.set({ step }, earliest === null ? 0 : Math.max(0, now - earliest) / 1_000);
    }
  }

  function showAccounts(accounts: readonly Account[]): void {
    for (const { id, provider_id, slots, balance } of accounts) {
      const labels = { account_id: id, provider_id };
      gauges.slotsUsed.set(labels, slots.used);
      gauges.slotsMax.set(labels, slots.max);
      gauges.creditsHeld.set(labels, balance.held);
      if (balance.spendable !== undefined) gauges.creditsSpendable.set(labels, balance.spendable);
    }
  }

  async function showDatabase(): Promise<void> {
    const { byStatus, byReason } = await parts.database.transaction(async ({ jobs }) => ({
      byStatus: await jobs.countByStatus(),
      byReason: await jobs.countByWaitReason(),
    }));
    for (const status of jobStatuses) gauges.jobs.set({ status }, byStatus.get(status) ?? 0);
    for (const reason of waitReasons) gauges.waiting.set({ reason }, byReason.get(reason) ?? 0);
    showAccounts((await parts.core.accounts.list({})).data);
  }

  return {
    async read() {
      for (const each of Object.values(gauges)) each.reset();
      showQueue(await parts.queue.statistics());
      try {
        await showDatabase();
        gauges.databaseUp.set(1);
      } catch (error) {
        // Whoever watches wants to see that the database is gone, and the rest all the more.
        parts.logger.error({ error }, 'metrics of the database not read');
        gauges.databaseUp.set(0);
      }
    },
  };
}
