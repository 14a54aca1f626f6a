import { isTerminalJobStatus } from '@pixsim7/contracts';
import type { GenerationResult, ProviderAdapter, ProviderCallErrorRecord } from '@pixsim7/providers/contract';
import type { AccountRow, Instant, JobRow, SubmissionRow } from '../model/index.ts';
import type { StepResult, Transaction } from '../ports/index.ts';
import {
  checkBoundMs,
  decideAfterRejection,
  isCertainRejection,
  isTerminalSubmissionState,
  lanesOf,
  nextCheckAt,
  rerouteAfterRejection,
  resendDelayMs,
  routeOf,
  slowedByWebhooks,
  type RejectionDecision,
} from '../rules/index.ts';
import { applyAccountEffect } from '../services/account-effects.ts';
import type { CoreDependencies } from '../services/dependencies.ts';
import { loadDurations } from '../services/durations.ts';
import { retryStale } from '../services/retry-stale.ts';
import { writeJob, type JobChange } from '../services/write-job.ts';
import { endSubmission, writeSubmission } from '../services/write-submission.ts';
import { nameRefusedFiles } from './name-refused-files.ts';

/** An attempt with everything that its steps need. */
export interface Attempt {
  readonly submission: SubmissionRow;
  readonly job: JobRow;
  readonly account: AccountRow;
  readonly adapter: ProviderAdapter;
}

type Accepted = Extract<GenerationResult, { outcome: 'accepted' }>;

/** The attempt as it stands now, while its answer may still be written down. */
async function reload(
  transaction: Transaction,
  attempt: Attempt,
): Promise<{ submission: SubmissionRow; job: JobRow } | null> {
  const submission = await transaction.submissions.get(attempt.submission.id);
  const job = await transaction.jobs.get(attempt.job.id);
  if (submission === null || job === null)
    throw new Error(`Submission ${attempt.submission.id} disappeared.`);
  return submission.state === 'prepared' || submission.state === 'unknown' ? { submission, job } : null;
}

async function writeJobUnlessTerminal(
  transaction: Transaction,
  dependencies: CoreDependencies,
  job: JobRow,
  change: JobChange,
): Promise<void> {
  if (!isTerminalJobStatus(job.status)) await writeJob(transaction, dependencies.system, job, change);
}

/** The id is stored before anything else: from here on the video cannot be lost. */
export async function recordAccepted(
  dependencies: CoreDependencies,
  attempt: Attempt,
  result: Accepted,
): Promise<StepResult> {
  const { database, queue, system } = dependencies;
  const { behaviour } = attempt.adapter.manifest;
  const firstCheck = await retryStale(() =>
    database.transaction(async (transaction) => {
      const current = await reload(transaction, attempt);
      if (current === null) {
        await recordLateReply(transaction, dependencies, attempt, result);
        return null;
      }
      const now = system.now();
      await writeSubmission(transaction, system, current.submission, {
        state: 'accepted',
        providerJobId: result.providerJobId,
        handle: result.handle,
        providerCredits: result.credits,
        acceptedAt: now,
        attempts: 0,
        error: null,
        dueAt: now + checkBoundMs,
      });
      await writeJobUnlessTerminal(transaction, dependencies, current.job, {
        to: 'processing',
        stage: 'generating',
        accountId: attempt.account.id,
      });
      const durations = await loadDurations(
        transaction,
        attempt.adapter,
        attempt.job,
        attempt.account.sandbox,
      );
      return slowedByWebhooks(
        nextCheckAt(now, now, durations, behaviour),
        now,
        attempt.job.operationType,
        attempt.adapter.webhook,
        attempt.account.webhookSeenAt,
      );
    }),
  );
  if (firstCheck !== null) await queue.offer({ step: 'check', id: attempt.submission.id }, firstCheck);
  return {};
}

/**
 * The reply to a submit whose attempt is not open any more. A webhook may have been faster; then only the charge is news.
 * A reply that names another generation than the one that is followed is one that an operator has to know of.
 */
async function recordLateReply(
  transaction: Transaction,
  { logger, system }: CoreDependencies,
  attempt: Attempt,
  { credits, providerJobId }: Accepted,
): Promise<void> {
  const submission = await transaction.submissions.get(attempt.submission.id);
  if (submission?.providerJobId === providerJobId) {
    if (
      credits !== null &&
      submission.providerCredits === null &&
      !isTerminalSubmissionState(submission.state)
    ) {
      await writeSubmission(transaction, system, submission, { providerCredits: credits });
    }
    return;
  }
  logger.error(
    { submission_id: attempt.submission.id, provider_job_id: providerJobId, state: submission?.state },
    'provider accepted an attempt that had ended',
  );
}

/**
 * The provider refused. A refusal that proves nothing (see `isCertainRejection`) leaves the attempt unanswered.
 *
 * @param again whether an earlier send of this attempt went unanswered
 */
export async function recordRejected(
  dependencies: CoreDependencies,
  attempt: Attempt,
  refusal: ProviderCallErrorRecord,
  retryAfterS: number | null,
  again = false,
): Promise<StepResult> {
  const { database, queue, system } = dependencies;
  const { result, lanes } = await retryStale(() =>
    database.transaction(async (transaction): Promise<{ result: StepResult; lanes: readonly string[] }> => {
      const current = await reload(transaction, attempt);
      if (current === null) return { result: {}, lanes: [] };
      const error = await nameRefusedFiles(transaction, attempt.adapter, current.job, refusal);
      if (!isCertainRejection(error, again || wasOvertaken(attempt, current.submission))) {
        const unanswered = writeUnanswered(transaction, dependencies, attempt, current, error, retryAfterS);
        return { result: await unanswered, lanes: [] };
      }
      const now = system.now();
      // The account first: a change of it after the end of the attempt is taken for the work of a person (see dispatch).
      await applyAccountEffect(transaction, system, attempt.account.id, error, retryAfterS);
      await endSubmission(
        transaction,
        system,
        current.submission,
        'rejected',
        { kind: 'release' },
        { error },
      );
      const history = await transaction.submissions.listByJobs([current.job.id]);
      const rejected = history.filter(
        (entry) => entry.state === 'rejected' && entry.providerId === attempt.adapter.id,
      );
      const here = isForgottenUpload(error, rejected)
        ? await uploadAgain(transaction, attempt, now)
        : decideAfterRejection(error, rejected, retryAfterS, now);
      const { decision, route } = rerouteAfterRejection(
        routeOf(current.job),
        attempt.adapter.id,
        error,
        here,
        now,
      );
      await writeJobUnlessTerminal(
        transaction,
        dependencies,
        current.job,
        decision.kind === 'fail'
          ? { to: 'failed', accountId: attempt.account.id, error: decision.error, route }
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
      return { result: {}, lanes: lanesOf(route) };
    }),
  );
  // The provider's own lane has a free slot now; the others may have the job that it refused.
  for (const lane of new Set([attempt.submission.providerId, ...lanes])) {
    await queue.offer({ step: 'dispatch', id: lane }, system.now());
  }
  return result;
}

/**
 * Whether another process took the attempt over and may have sent it, while this one stood still for longer than its
 * lease. What this one knows of earlier sends is then out of date.
 */
function wasOvertaken(attempt: Attempt, current: SubmissionRow): boolean {
  return current.version !== attempt.submission.version && current.sentAt !== null;
}

/** Providers do not say how long they keep an upload. The first time that one is not known, it is uploaded anew. */
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
  const { database } = dependencies;
  return retryStale(() =>
    database.transaction(async (transaction) => {
      const current = await reload(transaction, attempt);
      return current === null
        ? {}
        : writeUnanswered(transaction, dependencies, attempt, current, error, retryAfterS);
    }),
  );
}

async function writeUnanswered(
  transaction: Transaction,
  dependencies: CoreDependencies,
  attempt: Attempt,
  current: Pick<Attempt, 'submission' | 'job'>,
  error: ProviderCallErrorRecord,
  retryAfterS: number | null,
): Promise<StepResult> {
  const { system } = dependencies;
  const now = system.now();
  const dueAt = now + Math.max(resendDelayMs(current.submission.attempts), (retryAfterS ?? 0) * 1_000);
  await writeSubmission(transaction, system, current.submission, { state: 'unknown', error, dueAt });
  if (current.job.stage !== 'confirming') {
    await writeJobUnlessTerminal(transaction, dependencies, current.job, {
      to: 'processing',
      stage: 'confirming',
      accountId: attempt.account.id,
    });
  }
  return { again: dueAt };
}
