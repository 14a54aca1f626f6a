import type { AccountRow, Instant } from '../model/index.ts';

const minute = 60_000;

/** A settlement is followed by a reading; a burst of them shares one. */
export const afterSettlementMs = minute;
/** The time that a claimed reading may take before another process takes it over. */
export const readingLeaseMs = 2 * minute;

const inUseMs = 10 * minute;
const idleMs = 60 * minute;
const afterFailureMs = 5 * minute;

/**
 * When to read the balance next: every ten minutes while the account is in use or waits for credits, else hourly. Refused
 * credentials are tried hourly, because a provider may count the tries.
 *
 * @param succeeded whether the reading that was just made brought a balance
 */
export function nextReadingAt(account: AccountRow, succeeded: boolean, now: Instant): Instant {
  if (account.status === 'disabled') {
    return now + idleMs;
  }
  if (!succeeded) {
    return now + afterFailureMs;
  }
  const isInUse = account.lastUsedAt !== null && now - account.lastUsedAt < idleMs;
  return now + (isInUse || account.status === 'exhausted' ? inUseMs : idleMs);
}
