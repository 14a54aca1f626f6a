import type { ProviderRegistry } from '@pixsim7/providers/contract';
import type { CoreDependencies } from '../dependencies.ts';
import type { Instant } from '../model/index.ts';
import type { StepMessage, System, Transaction } from '../ports/index.ts';
import { gatherWrites } from './gather-writes.ts';
import { commitAlone } from './group-commit.ts';
import { retryStale } from './retry-stale.ts';

/** One transaction: its rows, one time for everything that is written, new ids, and the steps that follow it. */
export interface UnitOfWork extends Transaction {
  readonly now: Instant;
  readonly createId: System['createId'];
  /** For what a credit of a provider is worth. */
  readonly registry: ProviderRegistry;
  /** Offers a step once the transaction is committed, and not when it is rolled back. @param at now when left out */
  wake(message: StepMessage, at?: Instant): void;
  /** Runs once the transaction is committed, before its wakes, and not when it is rolled back. */
  afterCommit(note: () => void): void;
}

type Dependencies = Pick<CoreDependencies, 'commits' | 'database' | 'queue' | 'registry' | 'system'>;
type Work<Result> = (unit: UnitOfWork) => Promise<Result>;

/**
 * Runs one transaction and wakes the steps that follow it. A wake that is lost costs a moment: overdue rows are offered again
 * from the database.
 *
 * Its frequent writes are sent at the end, or before the next read. So a lost race may be told then.
 *
 * @example
 * await write(dependencies, async (unit) => {
 *   await writeJob(unit, job, { to: 'cancelled', attempt: null, money: moneyWithoutResult(job, []) });
 * });
 */
export function write<Result>(dependencies: Dependencies, work: Work<Result>): Promise<Result> {
  return wakeAfter(dependencies, work, (inTransaction) => commitAlone(dependencies.database, inTransaction));
}

/**
 * The same, in one transaction with other units that come at the same moment. For steps of the usual way of a job, whose rows
 * nobody else changes. The work may run twice.
 */
export function writeTogether<Result>(dependencies: Dependencies, work: Work<Result>): Promise<Result> {
  const { commits } = dependencies;
  return commits === undefined
    ? write(dependencies, work)
    : wakeAfter(dependencies, work, (inTransaction) => commits.run(inTransaction));
}

/**
 * Several units in one transaction, after a look at rows that they share, which may lock them. A unit that lost a race for a
 * row is left out, and the others are written. A unit writes and does not read.
 *
 * @returns the results of the units; null for one that was left out
 */
export async function writeEach<Result>(
  dependencies: Dependencies,
  look: (unit: UnitOfWork) => Promise<readonly Work<Result>[]>,
): Promise<(Result | null)[]> {
  const written = await dependencies.database.transaction(async (transaction) => {
    const ran = [];
    for (const work of await look(openUnit(dependencies, transaction).unit)) {
      const gathering = gatherWrites(transaction, async () => {
        throw new Error('A unit that is one of several reads nothing.');
      });
      const { unit, followUps } = openUnit(dependencies, gathering.transaction);
      ran.push({ result: await work(unit), followUps, writes: gathering.take() });
    }
    const leftOut = await transaction.rows.writeMany(ran.map(({ writes }) => writes));
    return ran.map((one, place) => (leftOut.has(place) ? null : one));
  });
  await follow(
    dependencies,
    written.flatMap((one) => one?.followUps ?? []),
  );
  return written.map((one) => one?.result ?? null);
}

async function wakeAfter<Result>(
  dependencies: Dependencies,
  work: Work<Result>,
  commit: (inTransaction: (transaction: Transaction) => Promise<Result>) => Promise<Result>,
): Promise<Result> {
  let last: FollowUps | null = null;
  const result = await commit((transaction) => {
    const { unit, followUps } = openUnit(dependencies, transaction);
    last = followUps;
    return work(unit);
  });
  await follow(dependencies, last === null ? [] : [last]);
  return result;
}

/** For after the commit. */
interface FollowUps {
  readonly wakes: Map<string, { readonly message: StepMessage; readonly at: Instant }>;
  readonly notes: (() => void)[];
}

function openUnit(
  { registry, system }: Dependencies,
  transaction: Transaction,
): { readonly unit: UnitOfWork; readonly followUps: FollowUps } {
  const followUps: FollowUps = { wakes: new Map(), notes: [] };
  const now = system.now();
  const unit: UnitOfWork = {
    ...transaction,
    now,
    registry,
    createId: (kind) => system.createId(kind),
    wake(message, at = now) {
      const key = `${message.step} ${message.id}`;
      const earlier = followUps.wakes.get(key);
      if (earlier === undefined || at < earlier.at) {
        followUps.wakes.set(key, { message, at });
      }
    },
    afterCommit: (note) => void followUps.notes.push(note),
  };
  return { unit, followUps };
}

async function follow({ queue }: Dependencies, all: readonly FollowUps[]): Promise<void> {
  for (const note of all.flatMap(({ notes }) => notes)) {
    note();
  }
  for (const { message, at } of all.flatMap(({ wakes }) => [...wakes.values()])) {
    await queue.offer(message, at);
  }
}

/**
 * `write`, and again when it lost a race for a row. For writing down what has happened outside: that must not be dropped
 * because somebody cancelled the job in the same moment. The work reads its rows again each time.
 */
export function writeRetrying<Result>(dependencies: Dependencies, work: Work<Result>): Promise<Result> {
  return retryStale(() => write(dependencies, work));
}
