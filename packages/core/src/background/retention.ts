import type { AccountId } from '@pixsim7/contracts';
import type { CoreDependencies } from '../dependencies.ts';
import type { AccountRow } from '../model/index.ts';
import type { Transaction } from '../ports/index.ts';
import { retentionLimits } from '../rules/retention.ts';
import type { RetentionDays } from '../rules/retention.ts';

/** Rows of one transaction: everybody else waits for the embedded database meanwhile, some 10 ms for so many. */
const batchSize = 500;
/** Batches of one kind in one run, so a long backlog leaves room for the work of the day. */
const maxBatches = 20;
const accountsAtATime = 50;

/** Rows that a run removed, by kind. */
export interface Forgotten {
  readonly events: number;
  readonly observations: number;
  readonly account_choices: number;
  readonly route_reasons: number;
  readonly deliveries: number;
  readonly uploads: number;
  readonly balance_readings: number;
  readonly api_keys: number;
}

/**
 * Forgets what nobody reads any more. Jobs, attempts with what was sent and answered, the ledger, assets and lineage are
 * never touched: they are what a retry, a decision and a bill need.
 */
export class Retention {
  readonly #dependencies: Pick<CoreDependencies, 'database' | 'system'>;

  constructor(dependencies: Pick<CoreDependencies, 'database' | 'system'>) {
    this.#dependencies = dependencies;
  }

  /** A bounded part of what is due; what is left follows at the next call. @throws the reason of the signal */
  async run(days: RetentionDays, signal: AbortSignal): Promise<Forgotten> {
    const now = this.#dependencies.system.now();
    const limits = retentionLimits(now, days);
    const each = (remove: (transaction: Transaction, limit: number) => Promise<number>): Promise<number> =>
      this.#inBatches(remove, signal);
    await each(({ credits }, limit) => credits.foldSettlements(limits.settlements, limit));
    return {
      events: await each(({ events }, limit) => events.removePublished(limits.events, limit)),
      observations: await each(({ submissions }, limit) =>
        submissions.removeObservations(limits.details, limit),
      ),
      account_choices: await each(({ submissions }, limit) =>
        submissions.forgetAccountChoices(limits.details, limit),
      ),
      route_reasons: await each(({ jobs }, limit) => jobs.forgetRouteReasons(limits.details, limit)),
      deliveries: await each(({ accounts }, limit) => accounts.forgetDeliveries(limits.deliveries, limit)),
      uploads: await each(({ accounts }, limit) => accounts.forgetExpiredUploads(now, limit)),
      balance_readings: await this.#thinReadings(limits.readings, signal),
      api_keys: await this.#dependencies.database.transaction(({ users }) => users.removeEndedApiKeys(now)),
    };
  }

  async #thinReadings(before: number, signal: AbortSignal): Promise<number> {
    const { database } = this.#dependencies;
    let removed = 0;
    for (let after: AccountId | null = null; ;) {
      const last: AccountId | null = after;
      const page: AccountRow[] = await database.transaction(({ accounts }) =>
        accounts.page(last, accountsAtATime),
      );
      for (const { id } of page) {
        removed += await this.#inBatches(
          ({ accounts }, limit) => accounts.thinReadings(id, before, limit),
          signal,
        );
      }
      if (page.length < accountsAtATime) {
        return removed;
      }
      after = page.at(-1)?.id ?? null;
    }
  }

  async #inBatches(
    remove: (transaction: Transaction, limit: number) => Promise<number>,
    signal: AbortSignal,
  ): Promise<number> {
    let total = 0;
    for (let batches = 0; batches < maxBatches; batches += 1) {
      signal.throwIfAborted();
      const removed = await this.#dependencies.database.transaction((transaction) =>
        remove(transaction, batchSize),
      );
      total += removed;
      if (removed < batchSize) {
        break;
      }
    }
    return total;
  }
}
