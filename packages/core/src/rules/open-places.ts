import type { WorkspaceId } from '@pixsim7/contracts';
import type { Instant } from '../model/index.ts';
import type { OpenPlaces } from '../ports/index.ts';
import { accountHealth } from './account-health.ts';
import { canTakeMore, freeSlots } from './choose-account.ts';
import type { AccountCandidate } from './choose-account.ts';

/** Places for jobs at one provider. */
export interface Room {
  readonly places: readonly OpenPlaces[];
  readonly slots: number;
}

/** The room that the accounts of one provider have at this moment, for a job that asks for nothing special. */
export function roomOf(pools: ReadonlyMap<WorkspaceId, readonly AccountCandidate[]>, now: Instant): Room {
  const places: OpenPlaces[] = [];
  let slots = 0;
  for (const [workspaceId, candidates] of pools) {
    const open = candidates.filter((candidate) => canTakeMore(candidate, now));
    if (open.length === 0) {
      continue;
    }
    const known = open.flatMap(({ spendable }) => (spendable === null ? [] : [spendable]));
    places.push({
      workspaceId,
      accountIds: open.map(({ account }) => account.id),
      maxCredits: known.length < open.length ? null : Math.max(...known),
    });
    slots += open.reduce((sum, candidate) => sum + freeSlots(candidate, now), 0);
  }
  return { places, slots };
}

/** When the first of these accounts that rest comes back by itself; null when none does. */
export function nextReturn(candidates: Iterable<AccountCandidate>, now: Instant): Instant | null {
  let next: Instant | null = null;
  for (const { account } of candidates) {
    const { cooldownUntil } = accountHealth(account, now);
    if (account.enabled && cooldownUntil !== null && cooldownUntil > now) {
      next = next === null ? cooldownUntil : Math.min(next, cooldownUntil);
    }
  }
  return next;
}
