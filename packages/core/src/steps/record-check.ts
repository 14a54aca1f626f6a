import { isTerminalJobStatus } from '@pixsim7/contracts';
import type { JobError, SubmissionState } from '@pixsim7/contracts';
import type { ProviderCallErrorRecord, VideoStatusResult } from '@pixsim7/providers/contract';
import type { CoreDependencies } from '../dependencies.ts';
import { isFollowed } from '../model/index.ts';
import type { Instant, SubmissionRow } from '../model/index.ts';
import type { Changes, StepResult, Transaction } from '../ports/index.ts';
import {
  checkBoundMs,
  isGoneForGood,
  jobErrorOf,
  lastUnfinishedAt,
  leaseMs,
  maxObservations,
  moneyOfLedger,
  moneyUnknown,
  moneyWhileRunning,
  notFoundRawStatus,
  ownJobError,
  withCharge,
} from '../rules/index.ts';
import { changeAttempt } from '../write/change-attempt.ts';
import type { Current } from '../write/change-attempt.ts';
import type { UnitOfWork } from '../write/unit-of-work.ts';
import { failJob, writeJob } from '../write/write-job.ts';
import { endSubmission, heldCredits, settlementOf, writeSubmission } from '../write/write-submission.ts';
import { nameRefusedFiles } from './name-refused-files.ts';
import type { RunningAttempt } from './running-attempt.ts';

/** Changes an attempt that the provider has. @returns whether it had not ended meanwhile */
async function change(
  dependencies: CoreDependencies,
  attempt: RunningAttempt,
  work: (unit: UnitOfWork, current: Current) => Promise<void>,
): Promise<boolean> {
  const isOpen = ({ state }: SubmissionRow): boolean => isFollowed(state);
  const changed = await changeAttempt(dependencies, attempt, isOpen, async (unit, current) => {
    await work(unit, current);
    return true;
  });
  return changed ?? false;
}

/** The columns in which an answer is kept. A reading without figures of its own does not erase the provider's charge. */
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
  await change(dependencies, attempt, async (unit, { submission, job }) => {
    const { now } = unit;
    const observed = await writeSubmission(unit, submission, {
      ...observation(submission, result, now),
      // An answer that knows the job takes back the evidence that it does not.
      ...(submission.lastRawStatus === notFoundRawStatus ? { evidenceLooks: 0 } : {}),
      ...watched,
      dueAt: now + checkBoundMs,
    });
    if (submission.lastRawStatus !== result.rawStatus) {
      await observe(unit, submission, result, now);
    }
    if (!isTerminalJobStatus(job.status)) {
      await writeJob(unit, job, {
        to: 'processing',
        stage: 'generating',
        attempt: observed,
        durations: attempt.durations,
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
    if (current !== null && isFollowed(current.state)) {
      await transaction.submissions.update(current, changes);
    }
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
    maxObservations,
  );
}

/**
 * The provider is done. The slot is free; the file is fetched by the next step.
 *
 * The success is written with the first lease of that step, so where it follows in this process it need not claim the row.
 *
 * @param unfinishedAt the last look of this process at which it was not
 */
export async function recordSucceeded(
  dependencies: CoreDependencies,
  attempt: RunningAttempt,
  result: VideoStatusResult,
  unfinishedAt: Instant | null,
): Promise<StepResult> {
  await change(dependencies, attempt, async (unit, { submission, job }) => {
    const { now } = unit;
    const succeeded = await writeSubmission(unit, submission, {
      ...observation(submission, result, now),
      state: 'succeeded',
      outputs: result.outputs,
      finishedAt: now,
      lookedAt: lastUnfinishedAt(submission, unfinishedAt),
      tries: 0,
      dueAt: now + leaseMs,
    });
    await observe(unit, submission, result, now);
    unit.wake({ step: 'ingest', id: submission.id });
    const written = isTerminalJobStatus(job.status)
      ? job
      : await writeJob(unit, job, { to: 'processing', stage: 'storing', attempt: succeeded });
    unit.afterCommit(() =>
      dependencies.handover?.put({
        to: 'ingest',
        submission: succeeded,
        job: written,
        account: attempt.account,
      }),
    );
  });
  return {};
}

/** The provider says that there will be no video. */
export async function recordEnded(
  dependencies: CoreDependencies,
  attempt: RunningAttempt,
  state: Extract<SubmissionState, 'failed' | 'filtered' | 'cancelled'>,
  result: VideoStatusResult,
): Promise<StepResult> {
  const reason = result.error?.toRecord() ?? null;
  await change(dependencies, attempt, async (unit, { submission, job }) => {
    const error = reason === null ? null : await nameRefusedFiles(unit, attempt.adapter, job, reason);
    const told =
      error === null
        ? ownJobError('outcome_unknown', `The provider ended this as ${state} and gave no reason.`, 'unknown')
        : jobErrorOf(error);
    // A figure of the provider is better than what its error class usually means.
    const jobError: JobError =
      result.credits === null ? told : withCharge(told, result.credits > 0 ? 'yes' : 'no');
    const credits = result.credits ?? submission.providerCredits;
    const ledger = await unit.credits.byJobs([job.id]);
    const ended = await endSubmission(
      unit,
      submission,
      state,
      settlementOf(jobError.charged, credits, heldCredits(ledger, submission)),
      { ...observation(submission, result, unit.now), error },
    );
    await observe(unit, submission, result, unit.now);
    await failJob(unit, job, {
      attempt: ended.attempt,
      money: moneyOfLedger([...ledger, ended.entry]),
      error: jobError,
    });
  });
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
  await change(dependencies, attempt, async (unit, { submission }) => {
    if (submission.lastRawStatus === notFoundRawStatus) {
      const evidenceLooks = submission.evidenceLooks + 1;
      await writeSubmission(unit, submission, { evidenceLooks });
      return;
    }
    await writeSubmission(unit, submission, {
      lastRawStatus: notFoundRawStatus,
      lastObservedAt: now,
      evidenceLooks: 1,
    });
    await observe(unit, submission, { rawStatus: notFoundRawStatus, status: null }, now);
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
  await change(dependencies, attempt, async (unit, { submission, job }) => {
    if (submission.state !== 'accepted') {
      return;
    }
    const dueAt = unit.now + checkBoundMs;
    const overdue = await writeSubmission(unit, submission, { ...watched, state: 'timed_out', dueAt });
    if (isTerminalJobStatus(job.status)) {
      return;
    }
    await writeJob(unit, job, { to: 'failed', attempt: overdue, money: moneyWhileRunning(job), error });
  });
  return { again: system.now() + checkBoundMs };
}

/** Ends an attempt of which nobody will hear again. Whether it was charged is not known. */
export async function recordGone(
  dependencies: CoreDependencies,
  attempt: RunningAttempt,
  error: JobError,
): Promise<StepResult> {
  await change(dependencies, attempt, async (unit, { submission, job }) => {
    const ended = await endSubmission(unit, submission, 'gone', { kind: 'settle', credits: null });
    await failJob(unit, job, { attempt: ended.attempt, money: moneyUnknown, error });
  });
  return {};
}
