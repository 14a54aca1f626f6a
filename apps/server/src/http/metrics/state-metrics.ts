import type { Registry } from 'prom-client';
import { accountStatuses, jobStatuses, submissionStates, waitReasons } from '@pixsim7/contracts';
import type { Account, JobStatus, SubmissionState, WaitReason } from '@pixsim7/contracts';
import type { Instant, StepQueueStatistics } from '@pixsim7/core';
import { isUsable, troubleOf } from '../../watch/part-state.ts';
import type { ServerStates } from '../../watch/part-state.ts';
import type { HttpParts } from '../http-parts.ts';
import { readCredits } from './provider-credits.ts';
import type { ProviderCredits } from './provider-credits.ts';
import { createStateGauges } from './state-gauges.ts';

type Parts = Pick<
  HttpParts,
  'core' | 'database' | 'queue' | 'servers' | 'registry' | 'system' | 'logger' | 'diskRoom' | 'log'
>;

/** Above this, an installation gets sums per provider only: each account would be four more time series. */
const maxAccountsShown = 50;

/** Above this, jobs and attempts that are over are not counted on: a scrape would read more with every job. */
const maxEnded = 10_000;

interface DatabaseFigures {
  readonly jobs: ReadonlyMap<JobStatus, number>;
  readonly needingAttention: number;
  readonly waiting: ReadonlyMap<WaitReason, number>;
  readonly submissions: ReadonlyMap<SubmissionState, number>;
  readonly unpublishedSince: Instant | null;
  readonly credits: ReadonlyMap<string, ProviderCredits>;
}

/** Figures of what is in the database and in the queue. They are read when they are asked for, so none can be stale. */
export function createStateMetrics(registry: Registry, parts: Parts): { read(): Promise<void> } {
  const gauges = createStateGauges(registry);

  function showServers({ database, redis, storage }: ServerStates): void {
    if (redis !== null) {
      gauges.redisUp.set(isUsable(redis) ? 1 : 0);
    }
    for (const [part, state] of Object.entries({ database, redis, storage })) {
      const trouble = state === null ? null : troubleOf(state);
      if (trouble !== null) {
        gauges.trouble.set({ part, code: trouble.code }, 1);
      }
    }
  }

  function showQueue(statistics: readonly StepQueueStatistics[]): void {
    const now = parts.system.now();
    for (const { step, waiting, running, earliest } of statistics) {
      gauges.queueWaiting.set({ step }, waiting);
      gauges.queueRunning.set({ step }, running);
      gauges.queueOverdue.set({ step }, secondsSince(earliest, now));
    }
  }

  function showFigures(figures: DatabaseFigures): void {
    for (const status of jobStatuses) {
      gauges.jobs.set({ status }, figures.jobs.get(status) ?? 0);
    }
    gauges.jobsNeedingAttention.set(figures.needingAttention);
    for (const reason of waitReasons) {
      gauges.jobsWaiting.set({ reason }, figures.waiting.get(reason) ?? 0);
    }
    for (const state of submissionStates) {
      gauges.submissions.set({ state }, figures.submissions.get(state) ?? 0);
    }
    gauges.outboxLag.set(secondsSince(figures.unpublishedSince, parts.system.now()));
    for (const provider_id of parts.registry.ids()) {
      const { held = 0, charged = 0 } = figures.credits.get(provider_id) ?? {};
      gauges.providerCreditsHeld.set({ provider_id }, held);
      gauges.providerCreditsCharged.inc({ provider_id }, charged);
    }
  }

  function showProviders(accounts: readonly Account[]): void {
    for (const provider_id of parts.registry.ids()) {
      const own = accounts.filter((account) => account.provider_id === provider_id && account.enabled);
      for (const status of accountStatuses) {
        const count = own.filter((account) => account.status === status).length;
        gauges.accounts.set({ provider_id, status }, count);
      }
      gauges.providerSlotsUsed.set({ provider_id }, sum(own.map(({ slots }) => slots.used)));
      gauges.providerSlotsMax.set({ provider_id }, sum(own.map(({ slots }) => slots.max)));
    }
  }

  function showAccounts(accounts: readonly Account[]): void {
    if (accounts.length > maxAccountsShown) {
      return;
    }
    for (const { id, provider_id, slots, balance } of accounts) {
      const labels = { account_id: id, provider_id };
      gauges.slotsUsed.set(labels, slots.used);
      gauges.slotsMax.set(labels, slots.max);
      gauges.creditsHeld.set(labels, balance.held);
      if (balance.spendable !== undefined) {
        gauges.creditsSpendable.set(labels, balance.spendable);
      }
      if (balance.drift !== undefined) {
        gauges.balanceDrift.set(labels, balance.drift.amount);
      }
    }
  }

  async function showDisk(): Promise<void> {
    const { diskRoom } = parts;
    if (diskRoom === undefined) {
      return;
    }
    gauges.diskReserve.set(diskRoom.reserveBytes);
    gauges.diskFree.set((await diskRoom.read()).freeBytes);
  }

  async function showDatabase(): Promise<void> {
    const figures = await parts.database.transaction(async (transaction): Promise<DatabaseFigures> => ({
      jobs: await transaction.jobs.countByStatus(maxEnded),
      needingAttention: await transaction.jobs.countNeedingAttention(),
      waiting: await transaction.jobs.countByWaitReason(),
      submissions: await transaction.submissions.countByState(maxEnded),
      unpublishedSince: await transaction.events.oldestUnpublishedAt(),
      credits: await readCredits(transaction),
    }));
    const accounts = await parts.core.accounts.listAll();
    showFigures(figures);
    showProviders(accounts);
    showAccounts(accounts);
  }

  /** A part that is gone must be seen, and must not hide the rest. */
  async function whetherShown(part: string, show: () => Promise<void>): Promise<boolean> {
    try {
      await show();
      return true;
    } catch (error) {
      parts.logger.error({ error, part }, 'metrics not read');
      return false;
    }
  }

  return {
    async read() {
      for (const each of Object.values(gauges)) {
        each.reset();
      }
      const states = await parts.servers.look();
      showServers(states);
      gauges.logLinesDropped.inc(parts.log?.().dropped ?? 0);
      await whetherShown('disk', showDisk);
      await whetherShown('queue', async () => showQueue(await parts.queue.statistics()));
      const isRead = await whetherShown('database', showDatabase);
      gauges.databaseUp.set(isRead && isUsable(states.database) ? 1 : 0);
    },
  };
}

function secondsSince(then: Instant | null, now: Instant): number {
  return then === null ? 0 : Math.max(0, now - then) / 1_000;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
