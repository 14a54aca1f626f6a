import type { WorkerStep } from '@pixsim7/contracts';
import type { CoreDependencies } from '../dependencies.ts';
import { isFollowed } from '../model/index.ts';
import type { SubmissionRow } from '../model/index.ts';
import type { StepMessage } from '../ports/index.ts';
import { checkBoundMs } from '../rules/pacing.ts';
import { repeat } from './repeat.ts';
import type { RepeatedWork } from './repeat.ts';

const tickMs = 2_000;
/** After an outage of an hour, overdue steps are offered this late at most. */
const longestRestMs = 8_000;
const batchSize = 500;
/** A process makes one at a time, and forty until the next look. */
const posterBatchSize = 100;

/** The step that moves a submission on; null when only a person can, or nothing is left. */
export function stepOf(
  submission: SubmissionRow,
): Exclude<WorkerStep, 'dispatch' | 'poster' | 'deliver'> | null {
  switch (submission.state) {
    case 'prepared':
    case 'unknown':
      return 'submit';
    case 'accepted':
    case 'timed_out':
      return 'check';
    case 'succeeded':
      return 'ingest';
    case 'stored':
    case 'failed':
    case 'filtered':
    case 'gone':
    case 'cancelled':
    case 'rejected':
      return null;
  }
}

/**
 * Offers everything that is overdue. It is the recovery and the first start alike: no step knows whether the process
 * before it ended well.
 */
export async function offerOverdue(dependencies: CoreDependencies): Promise<number> {
  let offered = 0;
  for (;;) {
    const batch = await offerBatch(dependencies);
    offered += batch.offered;
    // A batch of checks is postponed as it is offered, so the next look finds others: 100,000 submissions are offered in
    // seconds after a start, not in the 400 that a batch for each tick takes. Other steps stay due until they run; a
    // batch that is mostly those would be found again.
    if (batch.offered < batchSize || batch.postponed < batchSize / 2) {
      return offered;
    }
  }
}

async function offerBatch({
  database,
  queue,
  system,
}: CoreDependencies): Promise<{ offered: number; postponed: number }> {
  const now = system.now();
  const { due, postponed, providers, posters } = await database.transaction(async (transaction) => {
    const submissions = await transaction.submissions.due(now, batchSize);
    const running = submissions.filter(({ state }) => isFollowed(state));
    // One statement for many: a check without news costs no row write of its own.
    await transaction.submissions.postpone(
      running.map((submission) => submission.id),
      now + checkBoundMs,
    );
    const providers = await transaction.jobs.providersWithDispatchable(now);
    const posters = await transaction.assets.duePosters(now, posterBatchSize);
    return { due: submissions, postponed: running.length, providers, posters };
  });
  const messages = [
    ...due.flatMap((submission): StepMessage[] => {
      const step = stepOf(submission);
      return step === null ? [] : [{ step, id: submission.id }];
    }),
    ...providers.map((id): StepMessage => ({ step: 'dispatch', id })),
    ...posters.map((id): StepMessage => ({ step: 'poster', id })),
  ];
  // All at once: over a network one after the other takes seconds, in which most rows of the batch were worked on. What this
  // process has in its hands would run once more for nothing.
  await Promise.all(
    messages.filter((message) => !queue.holds(message)).map((message) => queue.offer(message, now)),
  );
  return { offered: due.length, postponed };
}

/** `offerOverdue`, at once and then every few seconds. */
export function resumeWork(dependencies: CoreDependencies): RepeatedWork {
  return {
    intervalMs: tickMs,
    longestRestMs,
    failed: 'overdue steps not offered',
    atOnce: true,
    work: () => offerOverdue(dependencies),
  };
}

/** Returns the function that stops it and waits. */
export function startResumeLoop(dependencies: CoreDependencies): () => Promise<void> {
  return repeat(dependencies, resumeWork(dependencies));
}
