import type { AccountRow, Instant } from '../model/index.ts';
import { growingPauseMs } from './growing-pause.ts';

/** Somebody else may use the slots of an account. Asking again after the first pause is quick, after the longest polite. */
const pauses = { firstMs: 5_000, longestMs: 5 * 60_000 };

/** An attempt that was refused because too many run at once. */
export interface CrowdedRefusal {
  /** Live attempts of the account, the refused one included. */
  readonly live: number;
  /** When the refused attempt was made. */
  readonly madeAt: Instant;
  readonly retryAfterS: number | null;
}

/** Whether the account takes no more than it ran when its provider refused one. */
export function isCrowded({ crowding, cooldownUntil }: AccountRow, now: Instant): boolean {
  return crowding !== null && cooldownUntil !== null && cooldownUntil > now;
}

/** The attempts that the account may run at this moment. */
export function slotsOf(account: AccountRow, now: Instant): number {
  const { crowding, maxConcurrent } = account;
  return crowding !== null && isCrowded(account, now)
    ? Math.min(maxConcurrent, crowding.limit)
    : maxConcurrent;
}

/**
 * The account after its provider said "too many at once". It goes on with as many attempts as it had besides the refused
 * one, so a slot that gets free is used at once; more are tried after a pause that grows while each try is refused.
 */
export function afterCrowdedRefusal(
  account: AccountRow,
  { live, madeAt, retryAfterS }: CrowdedRefusal,
  now: Instant,
): Pick<AccountRow, 'crowding' | 'cooldownUntil'> {
  const { crowding, cooldownUntil } = account;
  const limit = Math.max(0, live - 1);
  if (crowding !== null && isCrowded(account, now) && madeAt < crowding.since) {
    // It was on its way when the refusal before it came: the same news, but for the number.
    return { crowding: { ...crowding, limit: Math.min(limit, crowding.limit) }, cooldownUntil };
  }
  const refusals = refusalsBefore(account, now) + 1;
  const until = now + Math.max(growingPauseMs(pauses, refusals), (retryAfterS ?? 0) * 1_000);
  return { crowding: { limit, refusals, since: now }, cooldownUntil: Math.max(until, cooldownUntil ?? 0) };
}

/** A rest that ended longer ago than the longest pause says nothing any more. */
function refusalsBefore({ crowding, cooldownUntil }: AccountRow, now: Instant): number {
  return crowding === null || now - (cooldownUntil ?? 0) > pauses.longestMs ? 0 : crowding.refusals;
}
