import { isTerminalJobStatus } from '@pixsim7/contracts';
import type { JobError, SubmissionId } from '@pixsim7/contracts';
import { ProviderCallError } from '@pixsim7/providers/contract';
import type { VideoStatusResult } from '@pixsim7/providers/contract';
import type { CoreDependencies } from '../dependencies.ts';
import { callsOf } from '../limits/bulkhead/index.ts';
import { isFollowed } from '../model/index.ts';
import type { Instant } from '../model/index.ts';
import type { StepHandler, StepResult } from '../ports/index.ts';
import { accessAccount } from '../read/account-access.ts';
import { loadDurations } from '../read/durations.ts';
import { loadOwners } from '../read/load-owners.ts';
import {
  afterLook,
  afterReadErrorAt,
  boundStatus,
  decideCheck,
  isOverdue,
  isPastRetention,
  nextLookAt,
  ownJobError,
  slowedByWebhooks,
} from '../rules/index.ts';
import { applyAccountEffect } from '../write/account-effects.ts';
import { write, writeTogether } from '../write/unit-of-work.ts';
import { LastLooks } from './last-looks.ts';
import {
  recordEnded,
  recordGone,
  recordLook,
  recordNotFound,
  recordObserved,
  recordOverdue,
  recordSucceeded,
} from './record-check.ts';
import type { RunningAttempt } from './running-attempt.ts';
import { visiting } from './visiting.ts';

/**
 * Asks the provider about an accepted attempt. A check without news writes nothing: its next time is the queue's, and
 * the row keeps only a bound.
 */
export function createCheckStep(dependencies: CoreDependencies): StepHandler<SubmissionId> {
  const lastLooks = new LastLooks();
  return visiting(dependencies, 'check', async (id, visit, signal) => {
    const attempt = await load(dependencies, id);
    if (attempt === null) {
      return {};
    }
    const admission = await visit.enter(callsOf(attempt.account, attempt.adapter));
    if (admission.kind === 'full') {
      return { again: admission.until };
    }
    const cancelAsked = await cancelIfWanted(dependencies, attempt, signal);
    try {
      const access = accessAccount(dependencies.vault, attempt.account);
      const result = await attempt.adapter.checkStatus(access, attempt.submission.handle ?? {}, {
        signal,
        cancelAsked,
      });
      return await record(dependencies, lastLooks, attempt, boundStatus(result));
    } catch (error) {
      if (!(error instanceof ProviderCallError)) {
        throw error;
      }
      return recordReadError(dependencies, attempt, error);
    }
  });
}

async function load(dependencies: CoreDependencies, id: SubmissionId): Promise<RunningAttempt | null> {
  const { registry } = dependencies;
  return writeTogether(dependencies, async (transaction) => {
    const submission = await transaction.submissions.get(id);
    if (submission === null || !isFollowed(submission.state)) {
      return null;
    }
    const { job, account } = await loadOwners(dependencies, transaction, submission);
    const adapter = registry.get(submission.providerId);
    return {
      submission,
      job,
      account,
      adapter,
      ...(await loadDurations(dependencies, transaction, { adapter, job, sandbox: account.sandbox })),
    };
  });
}

/**
 * A cancelled job whose provider can stop is stopped there, once; the answer about the end comes by the check. True when
 * the provider took the cancellation, now or before.
 */
async function cancelIfWanted(
  { database, logger, system, vault }: CoreDependencies,
  attempt: RunningAttempt,
  signal: AbortSignal,
): Promise<boolean> {
  const { adapter, account, job, submission } = attempt;
  if (submission.cancelAskedAt !== null) {
    return true;
  }
  if (job.status !== 'cancelled' || adapter.cancel === undefined) {
    return false;
  }
  try {
    await adapter.cancel(accessAccount(vault, account), submission.handle ?? {}, { signal });
  } catch (error) {
    if (!(error instanceof ProviderCallError)) {
      throw error;
    }
    logger.warn({ submission_id: submission.id, code: error.code }, 'provider did not take the cancellation');
    return false;
  }
  await database.transaction(async (transaction) => {
    const current = await transaction.submissions.get(submission.id);
    if (current !== null) {
      await transaction.submissions.update(current, { cancelAskedAt: system.now() });
    }
  });
  return true;
}

async function record(
  dependencies: CoreDependencies,
  lastLooks: LastLooks,
  attempt: RunningAttempt,
  result: VideoStatusResult,
): Promise<StepResult> {
  const decision = decideCheck(attempt.submission, result);
  const { id } = attempt.submission;
  switch (decision.kind) {
    case 'succeeded':
      return recordSucceeded(dependencies, attempt, result, lastLooks.take(id));
    case 'failed':
    case 'filtered':
    case 'cancelled':
      lastLooks.take(id);
      return recordEnded(dependencies, attempt, decision.kind, result);
    case 'observed':
    case 'no_news':
      break;
  }
  const { logger, system } = dependencies;
  if (result.status === null) {
    logger.warn(
      { submission_id: attempt.submission.id, raw_status: result.rawStatus },
      'provider status is not known to the adapter',
    );
  }
  const { behaviour } = attempt.adapter.manifest;
  const now = system.now();
  lastLooks.note(id, now);
  const watched = afterLook(attempt.submission, result.status, behaviour, now);
  const looked = { ...attempt.submission, ...watched };
  if (isPastRetention(looked, behaviour, true, now)) {
    return giveUp(dependencies, attempt);
  }
  if (isOverdue(looked, behaviour)) {
    return recordOverdue(dependencies, attempt, watched ?? {}, overdueError(attempt));
  }
  if (decision.kind === 'observed') {
    await recordObserved(dependencies, attempt, result, watched ?? {});
  } else if (watched !== null) {
    await recordLook(dependencies, attempt, watched);
  }
  return lookAgain(dependencies, attempt, nextCheckOf(attempt, now));
}

/** When an attempt should be looked at next. */
function nextCheckOf(attempt: RunningAttempt, now: Instant): Instant {
  const { account, adapter, job, pace, submission } = attempt;
  const checkAt = nextLookAt(submission, pace, adapter.manifest.behaviour, now);
  return slowedByWebhooks(checkAt, now, job.operationType, adapter.webhook, account.webhookSeenAt);
}

/** Past the deadline the next look is far away, so the row is told; before it the bound of the row is enough. */
async function lookAgain(
  dependencies: CoreDependencies,
  attempt: RunningAttempt,
  nextAt: Instant,
): Promise<StepResult> {
  if (attempt.submission.state === 'timed_out') {
    await recordLook(dependencies, attempt, { dueAt: nextAt });
  }
  return { again: nextAt };
}

function overdueError({ adapter, submission }: RunningAttempt): JobError {
  const minutes = Math.round(
    Math.max(submission.watchedMs, adapter.manifest.behaviour.deadline_s * 1_000) / 60_000,
  );
  return ownJobError(
    'timed_out',
    `The provider is still rendering after ${minutes} minutes. It may still deliver, so it is still checked, and a late video is kept. If you retry, you may pay a second time.`,
    'unknown',
  );
}

/** Nobody will hear of it again. */
function giveUp(dependencies: CoreDependencies, attempt: RunningAttempt): Promise<StepResult> {
  const error = ownJobError(
    'outcome_unknown',
    'The provider did not say how this ended for longer than it keeps results. You may have been charged.',
    'unknown',
  );
  return recordGone(dependencies, attempt, error);
}

/** A read that failed says nothing about the job: it slows the pace and is no evidence of an end. */
async function recordReadError(
  dependencies: CoreDependencies,
  attempt: RunningAttempt,
  error: ProviderCallError,
): Promise<StepResult> {
  const { logger, system } = dependencies;
  const { behaviour } = attempt.adapter.manifest;
  logger.warn(
    { submission_id: attempt.submission.id, class: error.class, provider_code: error.providerCode },
    'status could not be read',
  );
  if (error.class === 'JobNotFoundError') {
    const ended = await recordNotFound(dependencies, attempt, error.toRecord());
    if (ended) {
      return {};
    }
  } else if (error.accountEffect !== 'none' && !isTerminalJobStatus(attempt.job.status)) {
    await write(dependencies, (unit) =>
      applyAccountEffect(unit, attempt.account.id, error.toRecord(), error.retryAfterSeconds),
    );
  }
  const now = system.now();
  if (isPastRetention(attempt.submission, behaviour, false, now)) {
    return giveUp(dependencies, attempt);
  }
  const readAt = afterReadErrorAt(now, behaviour, error.retryAfterSeconds);
  const paceAt = nextLookAt(attempt.submission, attempt.pace, behaviour, now);
  return lookAgain(dependencies, attempt, Math.max(readAt, paceAt));
}
