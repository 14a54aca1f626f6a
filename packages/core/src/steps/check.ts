import { isTerminalJobStatus, type SubmissionId } from '@pixsim7/contracts';
import { ProviderCallError, type VideoStatusResult } from '@pixsim7/providers/contract';
import type { Instant } from '../model/index.ts';
import type { StepHandler, StepResult } from '../ports/index.ts';
import {
  afterReadErrorAt,
  boundStatus,
  decideCheck,
  nextCheckAt,
  ownJobError,
  slowedByWebhooks,
  type DurationStatistics,
} from '../rules/index.ts';
import { accessAccount } from '../services/account-access.ts';
import { applyAccountEffect } from '../services/account-effects.ts';
import type { CoreDependencies } from '../services/dependencies.ts';
import { loadDurations } from '../services/durations.ts';
import { loadOwners } from '../services/load-owners.ts';
import { recordEnded, recordGone, recordNotFound, recordObserved, recordSucceeded } from './record-check.ts';
import type { Attempt } from './record-submit.ts';

/** An attempt that the provider has, with what is known of how long such attempts take. */
export interface RunningAttempt extends Attempt {
  readonly durations: DurationStatistics;
}

/**
 * Asks the provider about an accepted attempt. A check without news writes nothing: its next time is the queue's, and
 * the row keeps only a bound.
 */
export function createCheckStep(dependencies: CoreDependencies): StepHandler {
  return async (id, signal) => {
    const attempt = await load(dependencies, id as SubmissionId);
    if (attempt === null) return {};
    const cancelAsked = await cancelIfWanted(dependencies, attempt, signal);
    try {
      const access = accessAccount(dependencies.vault, attempt.account);
      const result = await attempt.adapter.checkStatus(access, attempt.submission.handle ?? {}, {
        signal,
        cancelAsked,
      });
      return await record(dependencies, attempt, boundStatus(result));
    } catch (error) {
      if (!(error instanceof ProviderCallError)) throw error;
      return recordReadError(dependencies, attempt, error);
    }
  };
}

async function load(dependencies: CoreDependencies, id: SubmissionId): Promise<RunningAttempt | null> {
  const { database, registry } = dependencies;
  return database.transaction(async (transaction) => {
    const submission = await transaction.submissions.get(id);
    if (submission === null || submission.state !== 'accepted') return null;
    const { job, account } = await loadOwners(dependencies, transaction, submission);
    const adapter = registry.get(submission.providerId);
    return {
      submission,
      job,
      account,
      adapter,
      durations: await loadDurations(transaction, adapter, job, account.sandbox),
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
  if (submission.cancelAskedAt !== null) return true;
  if (job.status !== 'cancelled' || adapter.cancel === undefined) return false;
  try {
    await adapter.cancel(accessAccount(vault, account), submission.handle ?? {}, { signal });
  } catch (error) {
    if (!(error instanceof ProviderCallError)) throw error;
    logger.warn({ submission_id: submission.id, code: error.code }, 'provider did not take the cancellation');
    return false;
  }
  await database.transaction(async (transaction) => {
    const current = await transaction.submissions.get(submission.id);
    if (current !== null) await transaction.submissions.update(current, { cancelAskedAt: system.now() });
  });
  return true;
}

async function record(
  dependencies: CoreDependencies,
  attempt: RunningAttempt,
  result: VideoStatusResult,
): Promise<StepResult> {
  const decision = decideCheck(attempt.submission, result);
  switch (decision.kind) {
    case 'succeeded':
      return recordSucceeded(dependencies, attempt, result);
    case 'failed':
    case 'filtered':
    case 'cancelled':
      return recordEnded(dependencies, attempt, decision.kind, result);
    case 'observed':
      await recordObserved(dependencies, attempt, result);
      break;
    case 'no_news':
      break;
  }
  if (result.status === null) {
    dependencies.logger.warn(
      { submission_id: attempt.submission.id, raw_status: result.rawStatus },
      'provider status is not known to the adapter',
    );
  }
  return continueOrGiveUp(dependencies, attempt, (now) => nextCheckOf(attempt, now, attempt.durations));
}

/** When an accepted attempt is to be looked at next. */
function nextCheckOf(attempt: Attempt, now: Instant, durations: DurationStatistics): Instant {
  const { account, adapter, job, submission } = attempt;
  const checkAt = nextCheckAt(now, submission.acceptedAt ?? now, durations, adapter.manifest.behaviour);
  return slowedByWebhooks(checkAt, now, job.operationType, adapter.webhook, account.webhookSeenAt);
}

async function continueOrGiveUp(
  dependencies: CoreDependencies,
  attempt: RunningAttempt,
  nextAt: (now: Instant) => Instant,
): Promise<StepResult> {
  const now = dependencies.system.now();
  const { deadline } = attempt.submission;
  if (deadline === null || now < deadline) return { again: nextAt(now) };
  const error = ownJobError(
    'timed_out',
    'The provider did not finish this in the time allowed. It may still have been charged.',
    'unknown',
  );
  return recordGone(dependencies, attempt, 'timed_out', error);
}

/** A read that failed says nothing about the job: it slows the pace and ends nothing before the deadline. */
async function recordReadError(
  dependencies: CoreDependencies,
  attempt: RunningAttempt,
  error: ProviderCallError,
): Promise<StepResult> {
  const { database, logger, system } = dependencies;
  logger.warn(
    { submission_id: attempt.submission.id, class: error.class, provider_code: error.providerCode },
    'status could not be read',
  );
  if (error.class === 'JobNotFoundError') {
    const ended = await recordNotFound(dependencies, attempt, error.toRecord());
    if (ended) return {};
  } else if (error.accountEffect !== 'none' && !isTerminalJobStatus(attempt.job.status)) {
    await database.transaction((transaction) =>
      applyAccountEffect(transaction, system, attempt.account.id, error.toRecord(), error.retryAfterSeconds),
    );
  }
  return continueOrGiveUp(dependencies, attempt, (now) =>
    afterReadErrorAt(now, attempt.adapter.manifest.behaviour, error.retryAfterSeconds),
  );
}
