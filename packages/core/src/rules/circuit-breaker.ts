import type { JobId, ProviderErrorClass, SubmissionId } from '@pixsim7/contracts';
import type { AccountBreaker, AccountRow, BreakerFailure, Instant, SubmissionRow } from '../model/index.ts';

/** So many different jobs in a row are no accident of one of them. */
export const failuresToOpen = 5;
const firstPauseMs = 30_000;
const longestPauseMs = 15 * 60_000;

/** An account of which nothing bad is known. */
export const closedBreaker: AccountBreaker = { failures: [], openings: 0, openUntil: null, trialId: null };

/** The news about an account in a change of its attempt. */
export type BreakerSignal =
  /** The provider took a request: it can be reached and works for this account. */
  | { readonly kind: 'accepted' }
  | { readonly kind: 'succeeded' }
  | {
      readonly kind: 'failed';
      readonly phase: BreakerFailure['phase'];
      readonly jobId: JobId;
      readonly submissionId: SubmissionId;
    }
  /** It ended for a reason that lies in the job, or in a person: nothing is known of the account. */
  | { readonly kind: 'over'; readonly submissionId: SubmissionId };

/**
 * Refusals that lie with the provider or the account. Rate, concurrency and credits have rests of their own, and what looked
 * at the request itself is the job's own fault.
 */
const accountFaultClasses: readonly ProviderErrorClass[] = [
  'AuthenticationError',
  'ProviderError',
  'ProviderUnavailableError',
];

/** The news in the transition of an attempt; null when there is none. */
export function breakerSignal(
  before: SubmissionRow,
  after: Pick<SubmissionRow, 'state' | 'error'>,
): BreakerSignal | null {
  if (before.state === after.state) {
    return null;
  }
  const failed = (phase: BreakerFailure['phase']): BreakerSignal => ({
    kind: 'failed',
    phase,
    jobId: before.jobId,
    submissionId: before.id,
  });
  const over: BreakerSignal = { kind: 'over', submissionId: before.id };
  const isSick = after.error !== null && accountFaultClasses.includes(after.error.class);
  switch (after.state) {
    case 'prepared':
    case 'stored':
      return null;
    case 'accepted':
    case 'succeeded':
      return { kind: after.state };
    case 'unknown':
      return failed('submit');
    case 'rejected':
      return isSick ? failed('submit') : over;
    case 'failed':
      // From `succeeded` only the file was lost; that is for the one who fetches.
      if (before.state !== 'accepted') {
        return null;
      }
      return after.error === null || isSick ? failed('generation') : over;
    case 'timed_out':
      return failed('generation');
    case 'gone':
      // Past its deadline it has counted as a failure already.
      if (before.state === 'timed_out') {
        return null;
      }
      return before.state === 'accepted' ? failed('generation') : over;
    case 'filtered':
    case 'cancelled':
      return over;
  }
}

/**
 * The breaker after a signal; the same object when the signal is no news. Closed, it counts different jobs that fail in a
 * row, so one bad job is one failure however often it is tried. Open, the account rests. After the rest it is half
 * open: one attempt is the trial, and only the trial decides whether the rest is repeated, longer.
 */
export function afterSignal(breaker: AccountBreaker, signal: BreakerSignal, now: Instant): AccountBreaker {
  switch (signal.kind) {
    case 'succeeded':
      return isUntouched(breaker) ? breaker : closedBreaker;
    case 'accepted': {
      // An acceptance proves that requests are taken. It says nothing yet about generations that fail.
      const failures = breaker.failures.filter(({ phase }) => phase !== 'submit');
      if (failures.length === breaker.failures.length) {
        return breaker;
      }
      return failures.length === 0 ? closedBreaker : { ...breaker, failures };
    }
    case 'over':
      return breaker.trialId === signal.submissionId ? { ...breaker, trialId: null } : breaker;
    case 'failed':
      return afterFailure(breaker, signal, now);
  }
}

function afterFailure(
  breaker: AccountBreaker,
  { jobId, phase, submissionId }: Extract<BreakerSignal, { kind: 'failed' }>,
  now: Instant,
): AccountBreaker {
  if (breaker.openings > 0) {
    return breaker.trialId === submissionId ? opened(breaker, now) : breaker;
  }
  if (breaker.failures.some((failure) => failure.jobId === jobId)) {
    return breaker;
  }
  const counted = { ...breaker, failures: [...breaker.failures, { jobId, phase }] };
  return counted.failures.length < failuresToOpen ? counted : opened(counted, now);
}

function opened(breaker: AccountBreaker, now: Instant): AccountBreaker {
  const pause = Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(breaker.openings, 16));
  return { ...breaker, openings: breaker.openings + 1, openUntil: now + pause, trialId: null };
}

function isUntouched({ failures, openings }: AccountBreaker): boolean {
  return failures.length === 0 && openings === 0;
}

/**
 * - `closed`: takes whatever it has slots for
 * - `open`: rests until `openUntil`
 * - `half_open`: takes one attempt, the trial
 * - `trying`: the trial is under way
 */
export type BreakerState = 'closed' | 'open' | 'half_open' | 'trying';

export function breakerState(breaker: AccountBreaker, now: Instant): BreakerState {
  if (breaker.openings === 0) {
    return 'closed';
  }
  if (breaker.openUntil !== null && breaker.openUntil > now) {
    return 'open';
  }
  return breaker.trialId === null ? 'half_open' : 'trying';
}

/** The account after it was given an attempt: at a half-open one, that attempt is the trial. */
export function withAttempt(account: AccountRow, submissionId: SubmissionId, now: Instant): AccountRow {
  return breakerState(account.breaker, now) === 'half_open'
    ? { ...account, breaker: { ...account.breaker, trialId: submissionId } }
    : account;
}
