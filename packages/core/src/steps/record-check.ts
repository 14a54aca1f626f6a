import { isTerminalJobStatus, type JobError, type SubmissionState } from '@pixsim7/contracts';
import type { ProviderCallErrorRecord, VideoStatusResult } from '@pixsim7/providers/contract';
import { isFollowed, type JobRow, type SubmissionRow } from '../model/index.ts';
import type { Changes, StepResult, Transaction } from '../ports/index.ts';
import {
  checkBoundMs,
  isGoneForGood,
  jobErrorOf,
  mostObservations,
  notFoundRawStatus,
  ownJobError,
  withCharge,
} from '../rules/index.ts';
import type { CoreDependencies } from '../services/dependencies.ts';
import { retryStale } from '../services/retry-stale.ts';
import { writeJob } from '../services/write-job.ts';
import { endSubmission, heldCredits, settlementOf, writeSubmission } from '../services/write-submission.ts';
import type { RunningAttempt } from './check.ts';
import { nameRefusedFiles } from './name-refused-files.ts';

interface Current {
  readonly submission: SubmissionRow;
  readonly job: JobRow;
}

/** Runs a change on the attempt as it stands now, unless it ended meanwhile. False when it had. */
async function change(
  { database }: CoreDependencies,
  attempt: RunningAttempt,
  work: (transaction: Transaction, current: Current) => Promise<void>,
): Promise<boolean> {
  return retryStale(() =>
    database.transaction(async (transaction) => {
      const submission = await transaction.submissions.get(attempt.submission.id);
      const job = await transaction.jobs.get(attempt.job.id);
      if (submission === null || job === null)
        throw new Error(`Submission ${attempt.submission.id} disappeared.`);
      if (!isFollowed(submission.state)) return false;
      await work(transaction, { submission, job });
      return true;
    }),
  );
}

/** What is written down of an answer. A reading without figures of its own does not erase the provider's charge. */
function observation(
  submission: SubmissionRow,
  result: VideoStatusResult,
  now: number,
): Changes<SubmissionRow> {
  return {
    lastRawStatus: result.rawStatus,
    lastObservedAt: now,
    progress: result.progress,
    queuePosition: result.queuePosition,
    providerCredits: result.credits ?? submission.providerCredits,
  };
}

export async function recordObserved(
  dependencies: CoreDependencies,
  attempt: RunningAttempt,
  result: VideoStatusResult,
  watched: Changes<SubmissionRow>,
): Promise<void> {
  const { system } = dependencies;
  await change(dependencies, attempt, async (transaction, { submission, job }) => {
    const now = system.now();
    if (submission.lastRawStatus !== result.rawStatus) await observe(transaction, submission, result, now);
    await writeSubmission(transaction, system, submission, {
      ...observation(submission, result, now),
      // An answer that knows the job takes back the evidence that it does not.
      ...(submission.lastRawStatus === notFoundRawStatus ? { evidenceLooks: 0 } : {}),
      ...watched,
      dueAt: now + checkBoundMs,
    });
    if (!isTerminalJobStatus(job.status)) {
      await writeJob(transaction, system, job, {
        to: 'processing',
        stage: 'generating',
        accountId: submission.accountId,
      });
    }
  });
}

/** Writes down a look that brought no news but has to be remembered. Somebody else's newer look is as good. */
export async function recordLook(
  { database }: CoreDependencies,
  { submission }: RunningAttempt,
  changes: Changes<SubmissionRow>,
): Promise<void> {
  await database.transaction(async (transaction) => {
    const current = await transaction.submissions.get(submission.id);
    if (current !== null && isFollowed(current.state)) await transaction.submissions.update(current, changes);
  });
}

async function observe(
  transaction: Transaction,
  submission: SubmissionRow,
  result: Pick<VideoStatusResult, 'rawStatus' | 'status'>,
  at: number,
): Promise<void> {
  await transaction.submissions.addObservation(
    { submissionId: submission.id, at, rawStatus: result.rawStatus, status: result.status },
    mostObservations,
  );
}

/** The provider is done. The slot is free; the file is fetched by the next step. */
export async function recordSucceeded(
  dependencies: CoreDependencies,
  attempt: RunningAttempt,
  result: VideoStatusResult,
): Promise<StepResult> {
  const { queue, system } = dependencies;
  const changed = await change(dependencies, attempt, async (transaction, { submission, job }) => {
    const now = system.now();
    await observe(transaction, submission, result, now);
    await writeSubmission(transaction, system, submission, {
      ...observation(submission, result, now),
      state: 'succeeded',
      outputs: result.outputs,
      finishedAt: now,
      attempts: 0,
      dueAt: now,
    });
    if (!isTerminalJobStatus(job.status)) {
      await writeJob(transaction, system, job, {
        to: 'processing',
        stage: 'storing',
        accountId: submission.accountId,
      });
    }
  });
  if (changed) {
    await queue.offer({ step: 'ingest', id: attempt.submission.id }, system.now());
    await offerDispatch(dependencies, attempt);
  }
  return {};
}

/** The provider says that there will be no video. */
export async function recordEnded(
  dependencies: CoreDependencies,
  attempt: RunningAttempt,
  state: Extract<SubmissionState, 'failed' | 'filtered' | 'cancelled'>,
  result: VideoStatusResult,
): Promise<StepResult> {
  const { system } = dependencies;
  const reason = result.error?.toRecord() ?? null;
  const changed = await change(dependencies, attempt, async (transaction, { submission, job }) => {
    const error = reason === null ? null : await nameRefusedFiles(transaction, attempt.adapter, job, reason);
    const told =
      error === null
        ? ownJobError('outcome_unknown', `The provider ended this as ${state} and gave no reason.`, 'unknown')
        : jobErrorOf(error);
    // A figure of the provider is better than what its error class usually means.
    const jobError: JobError =
      result.credits === null ? told : withCharge(told, result.credits > 0 ? 'yes' : 'no');
    const now = system.now();
    await observe(transaction, submission, result, now);
    const credits = result.credits ?? submission.providerCredits;
    await endSubmission(
      transaction,
      system,
      submission,
      state,
      settlementOf(jobError.charged, credits, await heldCredits(transaction, submission)),
      { ...observation(submission, result, now), error },
    );
    await failJob(transaction, dependencies, job, submission, jobError);
  });
  if (changed) await offerDispatch(dependencies, attempt);
  return {};
}

/**
 * The provider says that it does not know the job. One such answer is an observation; only when it is repeated for long
 * enough is the attempt over. True when it is.
 */
export async function recordNotFound(
  dependencies: CoreDependencies,
  attempt: RunningAttempt,
  error: ProviderCallErrorRecord,
): Promise<boolean> {
  const { system } = dependencies;
  const now = system.now();
  if (isGoneForGood(attempt.submission, now)) {
    await recordGone(dependencies, attempt, withCharge(jobErrorOf(error), 'unknown'));
    return true;
  }
  await change(dependencies, attempt, async (transaction, { submission }) => {
    if (submission.lastRawStatus === notFoundRawStatus) {
      const evidenceLooks = submission.evidenceLooks + 1;
      await writeSubmission(transaction, system, submission, { evidenceLooks });
      return;
    }
    await observe(transaction, submission, { rawStatus: notFoundRawStatus, status: null }, now);
    await writeSubmission(transaction, system, submission, {
      lastRawStatus: notFoundRawStatus,
      lastObservedAt: now,
      evidenceLooks: 1,
    });
  });
  return false;
}

/**
 * The deadline has passed, by evidence. The job fails and its slot is free. The attempt goes on: its hold stays open and
 * the provider is asked further, because it may still deliver what was paid for.
 */
export async function recordOverdue(
  dependencies: CoreDependencies,
  attempt: RunningAttempt,
  watched: Changes<SubmissionRow>,
  error: JobError,
): Promise<StepResult> {
  const { system } = dependencies;
  const changed = await change(dependencies, attempt, async (transaction, { submission, job }) => {
    if (submission.state !== 'accepted') return;
    const dueAt = system.now() + checkBoundMs;
    await writeSubmission(transaction, system, submission, { ...watched, state: 'timed_out', dueAt });
    await failJob(transaction, dependencies, job, submission, error);
  });
  if (changed) await offerDispatch(dependencies, attempt);
  return { again: system.now() + checkBoundMs };
}

/** Ends an attempt of which nobody will hear again. Whether it was charged is not known. */
export async function recordGone(
  dependencies: CoreDependencies,
  attempt: RunningAttempt,
  error: JobError,
): Promise<StepResult> {
  const { system } = dependencies;
  const changed = await change(dependencies, attempt, async (transaction, { submission, job }) => {
    await endSubmission(transaction, system, submission, 'gone', { kind: 'settle', credits: null });
    await failJob(transaction, dependencies, job, submission, error);
  });
  if (changed) await offerDispatch(dependencies, attempt);
  return {};
}

async function failJob(
  transaction: Transaction,
  { system }: CoreDependencies,
  job: JobRow,
  submission: SubmissionRow,
  error: JobError,
): Promise<void> {
  if (isTerminalJobStatus(job.status)) return;
  await writeJob(transaction, system, job, { to: 'failed', accountId: submission.accountId, error });
}

async function offerDispatch({ queue, system }: CoreDependencies, attempt: RunningAttempt): Promise<void> {
  await queue.offer({ step: 'dispatch', id: attempt.submission.providerId }, system.now());
}
