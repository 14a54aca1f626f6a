import type { JobError, JobErrorCode, ProviderBehaviour, ProviderErrorClass } from '@pixsim7/contracts';
import type { ProviderCallErrorRecord, VideoStatusResult } from '@pixsim7/providers/contract';
import type { Instant, SubmissionRow } from '../model/index.ts';
import { leaseMs, rejectionDelayMs } from './pacing.ts';

/** A job is given up after this many certain rejections, so no provider can make it run in circles forever. */
export const maxRejections = 40;

/**
 * A job that so many accounts refused for reasons of their own is given up: what looks like the fault of each of them may be
 * the fault of the job, and it must not exhaust or disable one account after the other.
 */
export const maxRefusingAccounts = 3;

/** The next act for a submission whose request is not answered yet. */
export type SubmitDecision =
  | { readonly kind: 'send'; readonly sentBefore: boolean }
  | { readonly kind: 'needs_attention'; readonly evidence: string }
  | { readonly kind: 'not_due'; readonly until: Instant };

/**
 * Whether a request may be sent. A first send always may. A second one only where the provider keeps the promise that
 * the same token never starts a second generation, and only while it does.
 */
export function decideSubmit(
  submission: SubmissionRow,
  behaviour: ProviderBehaviour,
  now: Instant,
): SubmitDecision {
  if (submission.sentAt === null) {
    return { kind: 'send', sentBefore: false };
  }
  if (submission.dueAt !== null && submission.dueAt > now) {
    return { kind: 'not_due', until: submission.dueAt };
  }
  const window = behaviour.idempotency_window_s;
  switch (behaviour.idempotency) {
    case 'none':
      return {
        kind: 'needs_attention',
        evidence: 'The request was sent and no answer was seen; this provider cannot be asked about it.',
      };
    case 'token': {
      // A lease of room, because the send itself takes time and must arrive inside the window.
      const closesAt = window === null ? Infinity : submission.sentAt + window * 1_000 - leaseMs;
      return now < closesAt
        ? { kind: 'send', sentBefore: true }
        : {
            kind: 'needs_attention',
            evidence: `No answer was seen for ${window} s; after that the provider no longer recognises the token.`,
          };
    }
  }
}

const provesAbsence: readonly ProviderErrorClass[] = [
  'InvalidRequestError',
  'ContentFilteredError',
  'JobNotFoundError',
];

/**
 * Whether a refusal should be believed. The answer to a first send is. After an unanswered send, only a refusal that
 * looked at the request itself proves that nothing was created: a rate limit, a full account, missing credits or
 * refused credentials may stand before the place where the provider recognises the token, and to believe them could
 * pay twice.
 */
export function isCertainRejection(error: ProviderCallErrorRecord, sentBefore: boolean): boolean {
  return !sentBefore || provesAbsence.includes(error.class);
}

/** Whether a refusal says that the account runs as much as it may, and nothing of the job. */
export function isAboutSlots(error: Pick<ProviderCallErrorRecord, 'accountEffect' | 'class'>): boolean {
  return error.class === 'ConcurrencyLimitError' && error.accountEffect === 'cooldown';
}

/** The fate of a job whose attempt was certainly rejected. */
export type RejectionDecision =
  | { readonly kind: 'fail'; readonly error: JobError }
  | { readonly kind: 'wait'; readonly until: Instant };

/**
 * @param rejected the rejected attempts of the job, this one included
 * @param retryAfterS what the provider asked for, in seconds
 */
export function decideAfterRejection(
  error: ProviderCallErrorRecord,
  rejected: readonly Pick<SubmissionRow, 'accountId' | 'error'>[],
  retryAfterS: number | null,
  now: Instant,
): RejectionDecision {
  const failed = jobErrorOf(error);
  if (rejected.length >= maxRejections) {
    return { kind: 'fail', error: failed };
  }
  switch (error.retry) {
    case 'never':
    case 'other_provider':
      return { kind: 'fail', error: failed };
    case 'later':
      // The account rests instead: a slot that gets free meanwhile is for whoever is first in the line.
      if (isAboutSlots(error)) {
        return { kind: 'wait', until: now };
      }
      return {
        kind: 'wait',
        until: now + Math.max(rejectionDelayMs(rejected.length), (retryAfterS ?? 0) * 1_000),
      };
    case 'other_account':
      return hasEvidenceAgainstItself(rejected)
        ? {
            kind: 'fail',
            error: {
              ...failed,
              message: `${maxRefusingAccounts} accounts refused this; the last one: ${failed.message}`,
            },
          }
        : { kind: 'wait', until: now };
  }
}

function hasEvidenceAgainstItself(rejected: readonly Pick<SubmissionRow, 'accountId' | 'error'>[]): boolean {
  const refusing = rejected.filter((attempt) => attempt.error?.retry === 'other_account');
  return new Set(refusing.map((attempt) => attempt.accountId)).size >= maxRefusingAccounts;
}

/** The meaning of an answer about a running job. */
export type CheckDecision =
  | { readonly kind: 'no_news' }
  | { readonly kind: 'observed' }
  | { readonly kind: 'succeeded' }
  | { readonly kind: 'failed' }
  | { readonly kind: 'filtered' }
  | { readonly kind: 'cancelled' };

/** Success needs evidence: without an output the job is not done yet, whatever its status says. */
export function decideCheck(submission: SubmissionRow, result: VideoStatusResult): CheckDecision {
  switch (result.status) {
    case 'completed':
      return result.outputs.length > 0 ? { kind: 'succeeded' } : observedOrNothing(submission, result);
    case 'failed':
      return { kind: 'failed' };
    case 'filtered':
      return { kind: 'filtered' };
    case 'cancelled':
      return { kind: 'cancelled' };
    case 'pending':
    case 'processing':
    case null:
      return observedOrNothing(submission, result);
  }
}

function observedOrNothing(submission: SubmissionRow, result: VideoStatusResult): CheckDecision {
  const changed =
    submission.lastRawStatus !== result.rawStatus ||
    submission.queuePosition !== result.queuePosition ||
    Math.abs((submission.progress ?? 0) - (result.progress ?? 0)) >= 0.05;
  return { kind: changed ? 'observed' : 'no_news' };
}

export function jobErrorOf(error: ProviderCallErrorRecord): JobError {
  return withRetryRisk({
    code: error.code,
    class: error.class,
    message: error.message,
    http_status: error.httpStatus,
    // If only another provider could help, the same request fails again.
    retryable: error.retry === 'later' || error.retry === 'other_account',
    charged: error.charged,
  });
}

/** The error with another answer to the question of the money. */
export function withCharge(error: JobError, charged: JobError['charged']): JobError {
  const { retry_may_pay_twice: _old, ...rest } = error;
  return withRetryRisk({ ...rest, charged });
}

function withRetryRisk(error: Omit<JobError, 'retry_may_pay_twice'>): JobError {
  return error.retryable && error.charged !== 'no' ? { ...error, retry_may_pay_twice: true } : error;
}

/** An error of a job that no provider reported: the deadline, the file, or ourselves. */
export function ownJobError(
  code: Extract<
    JobErrorCode,
    'timed_out' | 'asset_lost' | 'input_unavailable' | 'outcome_unknown' | 'internal'
  >,
  message: string,
  charged: JobError['charged'],
): JobError {
  return withRetryRisk({
    code,
    class: 'ProviderError',
    message,
    http_status: 500,
    retryable: code !== 'internal',
    charged,
  });
}
