import type { AccountStatus } from '@pixsim7/contracts';
import type { AccountRow, Instant } from '../model/index.ts';
import { breakerState } from './circuit-breaker.ts';

/** The state of an account at a moment, in the words that people see. */
export interface AccountHealth {
  readonly status: AccountStatus;
  /** Why it does not work normally; null when it does. */
  readonly reason: string | null;
  /** The end of a rest; null when it does not rest. */
  readonly cooldownUntil: Instant | null;
}

/**
 * The one place that tells how an account stands. A rest ends by the clock, not by a write; of two rests the longer one
 * speaks.
 */
export function accountHealth(account: AccountRow, now: Instant): AccountHealth {
  switch (account.status) {
    case 'disabled':
    case 'exhausted':
      return { status: account.status, reason: account.reason, cooldownUntil: null };
    case 'active':
    case 'cooldown':
      return (
        restOf(account, now) ?? { status: 'active', reason: trialReason(account, now), cooldownUntil: null }
      );
  }
}

function restOf(account: AccountRow, now: Instant): AccountHealth | null {
  const { breaker, cooldownUntil } = account;
  const openUntil = breakerState(breaker, now) === 'open' ? (breaker.openUntil ?? 0) : 0;
  const until = Math.max(openUntil, cooldownUntil ?? 0);
  if (until <= now) {
    return null;
  }
  const reason =
    until === openUntil
      ? `${breaker.failures.length} jobs in a row failed at the provider; then one is tried.`
      : account.reason;
  return { status: 'cooldown', reason, cooldownUntil: until };
}

function trialReason({ breaker }: AccountRow, now: Instant): string | null {
  switch (breakerState(breaker, now)) {
    case 'closed':
    case 'open':
      return null;
    case 'half_open':
      return 'Several jobs in a row failed at the provider; the next one is a trial.';
    case 'trying':
      return 'Several jobs in a row failed at the provider; one is being tried.';
  }
}
