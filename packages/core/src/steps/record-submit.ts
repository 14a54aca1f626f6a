import { isTerminalJobStatus } from '@pixsim7/contracts';
import type { GenerationResult, ProviderAdapter, ProviderCallErrorRecord } from '@pixsim7/providers/contract';
import type { CoreDependencies } from '../dependencies.ts';
import type { AccountRow, Instant, JobRow, SubmissionRow } from '../model/index.ts';
import type { StepResult, Transaction } from '../ports/index.ts';
import { loadDurations } from '../read/durations.ts';
import {
  checkBoundMs,
  decideAfterRejection,
  isCertainRejection,
  isTerminalSubmissionState,
  moneyWithoutResult,
  nextCheckAt,
  rerouteAfterRejection,
  resendDelayMs,
  routeOf,
  slowedByWebhooks,
} from '../rules/index.ts';
import type { RejectionDecision } from '../rules/index.ts';
import { applyAccountEffect } from '../write/account-effects.ts';
import { changeAttempt } from '../write/change-attempt.ts';
import type { Current } from '../write/change-attempt.ts';
import { writeRetrying } from '../write/unit-of-work.ts';
import type { UnitOfWork } from '../write/unit-of-work.ts';
import { writeJob, writeLateEnd } from '../write/write-job.ts';
import type { JobChange } from '../write/write-job.ts';
import { endSubmission, writeSubmission } from '../write/write-submission.ts';
import { nameRefusedFiles } from './name-refused-files.ts';

/** An attempt with everything that its steps need. */
export interface Attempt {
  readonly submission: SubmissionRow;
  readonly job: JobRow;
  readonly account: AccountRow;
  readonly adapter: ProviderAdapter;
}

type Accepted = Extract<GenerationResult, { outcome: 'accepted' }>;

/** Whether the answer of an attempt may still be written down. */
function isOpen({ state }: SubmissionRow): boolean {
  return state === 'prepared' || state === 'unknown';
}

async function writeJobUnlessTerminal(unit: UnitOfWork, job: JobRow, change: JobChange): Promise<void> {
  if (!isTerminalJobStatus(job.status)) {
    await writeJob(unit, job, change);
  }
}

/** The id is stored before anything else: from here on the video cannot be lost. */
export async function recordAccepted(
  dependencies: CoreDependencies,
  attempt: Attempt,
  result: Accepted,
): Promise<StepResult> {
  const { account, adapter } = attempt;
  const isWritten = await changeAttempt(dependencies, attempt, isOpen, async (unit, current) => {
    const { now } = unit;
    const accepted = await writeSubmission(unit, current.submission, {
      state: 'accepted',
      providerJobId: result.providerJobId,
      handle: result.handle,
      providerCredits: result.credits,
      acceptedAt: now,
      tries: 0,
      error: null,
      dueAt: now + checkBoundMs,
    });
    const { durations, pace } = await loadDurations(dependencies, unit, {
      adapter,
      job: attempt.job,
      sandbox: account.sandbox,
    });
    await writeJobUnlessTerminal(unit, current.job, {
      to: 'processing',
      stage: 'generating',
      attempt: accepted,
      durations,
    });
    const firstCheck = slowedByWebhooks(
      nextCheckAt(now, now, pace, adapter.manifest.behaviour),
      now,
      attempt.job.operationType,
      adapter.webhook,
      account.webhookSeenAt,
    );
    unit.wake({ step: 'check', id: attempt.submission.id }, firstCheck);
    return true;
  });
  if (isWritten === null) {
    await recordLateReply(dependencies, attempt, result);
  }
  return {};
}

/**
 * The reply to a submit whose attempt is not open any more. A webhook may have been faster; then only the charge is news.
 * A reply that names another generation than the one that is followed is one that an operator has to know of.
 */
async function recordLateReply(
  dependencies: CoreDependencies,
  attempt: Attempt,
  { credits, providerJobId }: Accepted,
): Promise<void> {
  const ended = await writeRetrying(dependencies, async (unit) => {
    const submission = await unit.submissions.get(attempt.submission.id);
    if (submission?.providerJobId !== providerJobId) {
      return { state: submission?.state };
    }
    const isNews = credits !== null && submission.providerCredits === null;
    if (isNews && !isTerminalSubmissionState(submission.state)) {
      await writeSubmission(unit, submission, { providerCredits: credits });
    }
    return null;
  });
  if (ended === null) {
    return;
  }
  dependencies.logger.error(
    { submission_id: attempt.submission.id, provider_job_id: providerJobId, state: ended.state },
    'provider accepted an attempt that had ended',
  );
}

/**
 * The provider refused. A refusal that proves nothing (see `isCertainRejection`) leaves the attempt unanswered.
 *
 * @param sentBefore whether an earlier send of this attempt went unanswered
 */
export async function recordRejected(
  dependencies: CoreDependencies,
  attempt: Attempt,
  refusal: ProviderCallErrorRecord,
  retryAfterS: number | null,
  sentBefore = false,
): Promise<StepResult> {
  const result = await changeAttempt(dependencies, attempt, isOpen, async (unit, current) => {
    const error = await nameRefusedFiles(unit, attempt.adapter, current.job, refusal);
    if (!isCertainRejection(error, sentBefore || wasOvertaken(attempt, current.submission))) {
      return writeUnanswered(unit, current, error, retryAfterS);
    }
    const { now } = unit;
    // The account first: a change of it after the end of the attempt is taken for the work of a person (see dispatch).
    await applyAccountEffect(unit, attempt.account.id, error, retryAfterS, current.submission);
    const ended = await endSubmission(unit, current.submission, 'rejected', { kind: 'release' }, { error });
    const history = await unit.submissions.listByJobs([current.job.id]);
    const rejected = history.filter(
      (entry) => entry.state === 'rejected' && entry.providerId === attempt.adapter.id,
    );
    const here = isForgottenUpload(error, rejected)
      ? await uploadAgain(unit, attempt, now)
      : decideAfterRejection(error, rejected, retryAfterS, now);
    const { decision, route } = rerouteAfterRejection(
      routeOf(current.job),
      attempt.adapter.id,
      error,
      here,
      now,
    );
    // The lane of this provider has a free slot now; those of the others may have the job that it refused.
    const refused = { attempt: ended.attempt, money: moneyWithoutResult(current.job, history) };
    if (isTerminalJobStatus(current.job.status)) {
      await writeLateEnd(unit, current.job, { ...refused, assets: [] });
      return {};
    }
    await writeJob(
      unit,
      current.job,
      decision.kind === 'fail'
        ? { to: 'failed', ...refused, error: decision.error, route }
        : {
            to: 'pending',
            dueAt: decision.until,
            route,
            wait: {
              reason: decision.until > now ? 'backoff' : 'account',
              detail: error.message,
              until: decision.until > now ? decision.until : null,
            },
          },
    );
    return {};
  });
  return result ?? {};
}

/**
 * Whether another process took the attempt over and may have sent it, while this one stood still for longer than its
 * lease. What this one knows of earlier sends is then out of date.
 */
function wasOvertaken(attempt: Attempt, current: SubmissionRow): boolean {
  return current.version !== attempt.submission.version && current.sentAt !== null;
}

/** Providers do not say how long they keep an upload. The first time that one is not known, it is uploaded again. */
function isForgottenUpload(error: ProviderCallErrorRecord, rejected: readonly SubmissionRow[]): boolean {
  const sameBefore = rejected.filter((entry) => entry.error?.class === 'JobNotFoundError').length;
  return error.class === 'JobNotFoundError' && sameBefore <= 1;
}

async function uploadAgain(
  transaction: Transaction,
  attempt: Attempt,
  now: Instant,
): Promise<RejectionDecision> {
  const inputs = await transaction.jobs.inputs(attempt.job.id);
  await transaction.accounts.forgetUploads(
    attempt.account.id,
    inputs.map((input) => input.assetId),
  );
  return { kind: 'wait', until: now };
}

/** Nobody knows whether the provider has it. The same token is sent again later, never a new one. */
export async function recordUnanswered(
  dependencies: CoreDependencies,
  attempt: Attempt,
  error: ProviderCallErrorRecord,
  retryAfterS: number | null = null,
): Promise<StepResult> {
  const result = await changeAttempt(dependencies, attempt, isOpen, (unit, current) =>
    writeUnanswered(unit, current, error, retryAfterS),
  );
  return result ?? {};
}

async function writeUnanswered(
  unit: UnitOfWork,
  current: Current,
  error: ProviderCallErrorRecord,
  retryAfterS: number | null,
): Promise<StepResult> {
  const dueAt = unit.now + Math.max(resendDelayMs(current.submission.tries), (retryAfterS ?? 0) * 1_000);
  const unanswered = await writeSubmission(unit, current.submission, { state: 'unknown', error, dueAt });
  if (current.job.stage !== 'confirming') {
    await writeJobUnlessTerminal(unit, current.job, {
      to: 'processing',
      stage: 'confirming',
      attempt: unanswered,
    });
  }
  return { again: dueAt };
}
