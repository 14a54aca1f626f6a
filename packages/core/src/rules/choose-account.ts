import type { AccountId, WaitReason } from '@pixsim7/contracts';
import type { AccountChoice, AccountRow, Instant } from '../model/index.ts';
import { accountHealth } from './account-health.ts';
import { breakerState } from './circuit-breaker.ts';
import { isCrowded, slotsOf } from './crowding.ts';

/** An account as the choice sees it. */
export interface AccountCandidate {
  readonly account: AccountRow;
  readonly usedSlots: number;
  /** null: not known, which does not stop a job; the provider will say. */
  readonly spendable: number | null;
}

export interface AccountDemand {
  readonly pinnedAccountId: AccountId | null;
  /** null: the price is not known. */
  readonly credits: number | null;
  /** Accounts that already refused this job for a reason that lies in the account. */
  readonly refusedBy: ReadonlySet<AccountId>;
}

export interface AccountWait {
  readonly reason: WaitReason;
  readonly detail: string;
  readonly until: Instant | null;
}

/** Either a ranking, best first and never empty, or why nobody can take the job now. Reasons are kept in both cases. */
export type AccountDecision =
  | {
      readonly kind: 'ranked';
      readonly ranked: readonly AccountCandidate[];
      readonly choices: readonly AccountChoice[];
    }
  | { readonly kind: 'wait'; readonly wait: AccountWait; readonly choices: readonly AccountChoice[] };

type Refusal = { readonly reason: WaitReason; readonly detail: string; readonly until: Instant | null };

/**
 * Chooses the account that takes a job. Order: priority, then most free slots, then the smallest balance that suffices (small
 * balances are drained first), then the least recently used, then the id so that the order is total.
 */
export function chooseAccount(
  demand: AccountDemand,
  candidates: readonly AccountCandidate[],
  now: Instant,
): AccountDecision {
  const wanted = candidates.filter(({ account }) => isWanted(demand, account, candidates));
  const refusals: { accountId: AccountId; refusal: Refusal }[] = [];
  const eligible: AccountCandidate[] = [];
  for (const candidate of wanted) {
    const refusal = refuse(demand, candidate, now);
    if (refusal === null) {
      eligible.push(candidate);
    } else {
      refusals.push({ accountId: candidate.account.id, refusal });
    }
  }
  const refused = refusals.map(({ accountId, refusal }) => ({
    accountId,
    chosen: false,
    reason: refusal.detail,
  }));
  if (eligible.length === 0) {
    return {
      kind: 'wait',
      wait: summariseRefusals(
        demand,
        refusals.map((entry) => entry.refusal),
      ),
      choices: refused,
    };
  }
  const ranked = [...eligible].sort((left, right) => compareCandidates(left, right, now));
  const choices = ranked.map((candidate, index) => ({
    accountId: candidate.account.id,
    chosen: index === 0,
    reason: describeRank(candidate, index, now),
  }));
  return { kind: 'ranked', ranked, choices: [...choices, ...refused] };
}

/** A sandbox account makes toy videos: next to a real account it takes only the jobs that name it. */
function isWanted(
  demand: AccountDemand,
  account: AccountRow,
  candidates: readonly AccountCandidate[],
): boolean {
  if (demand.pinnedAccountId !== null) {
    return account.id === demand.pinnedAccountId;
  }
  return !account.sandbox || candidates.every((other) => other.account.sandbox || !other.account.enabled);
}

/** Whether an account can take a job that asks for nothing special. */
export function canTakeMore(candidate: AccountCandidate, now: Instant): boolean {
  return refuse({ pinnedAccountId: null, credits: null, refusedBy: new Set() }, candidate, now) === null;
}

function refuse(demand: AccountDemand, candidate: AccountCandidate, now: Instant): Refusal | null {
  const { account, usedSlots, spendable } = candidate;
  if (!account.enabled) {
    return { reason: 'account', detail: 'Switched off.', until: null };
  }
  if (account.status === 'disabled') {
    return { reason: 'account', detail: account.reason ?? 'Disabled.', until: null };
  }
  if (demand.refusedBy.has(account.id)) {
    return { reason: 'account', detail: 'Refused this job before.', until: null };
  }
  if (account.status === 'exhausted') {
    return { reason: 'credits', detail: account.reason ?? 'Has no credits left.', until: null };
  }
  const { cooldownUntil, reason } = accountHealth(account, now);
  const breaker = breakerState(account.breaker, now);
  const slots = slotsOf(account, now);
  // With slots of its own a crowded account takes a job for each one that ends.
  if (cooldownUntil !== null && (slots === 0 || breaker === 'open' || !isCrowded(account, now))) {
    return { reason: 'cooldown', detail: reason ?? 'Cooling down.', until: cooldownUntil };
  }
  if (breaker === 'trying') {
    return { reason: 'cooldown', detail: reason ?? 'One job is being tried.', until: null };
  }
  if (spendable !== null && demand.credits !== null && spendable < demand.credits) {
    return {
      reason: 'credits',
      detail: `Needs ${demand.credits} credits, can spend ${spendable}.`,
      until: null,
    };
  }
  if (usedSlots >= slots) {
    return { reason: 'slot', detail: `All ${slots} slots are in use.`, until: cooldownUntil };
  }
  return null;
}

/** The reason that will pass soonest speaks for all: a full slot frees itself, a missing credit may never come. */
export const soonestFirst: readonly WaitReason[] = ['slot', 'backoff', 'cooldown', 'credits', 'account'];

function summariseRefusals(demand: AccountDemand, refusals: readonly Refusal[]): AccountWait {
  if (refusals.length === 0) {
    const detail =
      demand.pinnedAccountId === null
        ? 'This provider has no account yet.'
        : 'The account that this job is pinned to was removed.';
    return { reason: 'account', detail, until: null };
  }
  const reason =
    soonestFirst.find((candidate) => refusals.some((refusal) => refusal.reason === candidate)) ?? 'account';
  const speaking = refusals.filter((refusal) => refusal.reason === reason);
  const untils = speaking.flatMap((refusal) => (refusal.until === null ? [] : [refusal.until]));
  return {
    reason,
    detail: describeWait(reason, speaking),
    until: untils.length === 0 ? null : Math.min(...untils),
  };
}

function describeWait(reason: WaitReason, speaking: readonly Refusal[]): string {
  if (speaking.length === 1 && speaking[0] !== undefined && reason !== 'slot') {
    return speaking[0].detail;
  }
  switch (reason) {
    case 'slot':
      return 'Waiting for a free slot.';
    case 'cooldown':
      return 'Every account is cooling down after a refusal by the provider.';
    case 'credits':
      return 'No account has enough credits.';
    case 'account':
      return 'No account is usable; see their reasons.';
    case 'schedule':
      return 'Waiting for its start time.';
    case 'backoff':
      return 'Waiting before the next try.';
  }
}

function compareCandidates(left: AccountCandidate, right: AccountCandidate, now: Instant): number {
  return (
    right.account.priority - left.account.priority ||
    freeSlots(right, now) - freeSlots(left, now) ||
    compareNullable(left.spendable, right.spendable) ||
    (left.account.lastUsedAt ?? 0) - (right.account.lastUsedAt ?? 0) ||
    (left.account.id < right.account.id ? -1 : 1)
  );
}

export function freeSlots({ account, usedSlots }: AccountCandidate, now: Instant): number {
  return slotsOf(account, now) - usedSlots;
}

/** Known balances stand before unknown ones. */
function compareNullable(left: number | null, right: number | null): number {
  if (left === null || right === null) {
    return (left === null ? 1 : 0) - (right === null ? 1 : 0);
  }
  return left - right;
}

function describeRank(candidate: AccountCandidate, index: number, now: Instant): string {
  const { account, spendable } = candidate;
  const facts = `priority ${account.priority}, ${freeSlots(candidate, now)} of ${slotsOf(account, now)} slots free, ${
    spendable === null ? 'balance not known' : `${spendable} credits to spend`
  }`;
  return index === 0 ? `Chosen: ${facts}.` : `Could have taken it: ${facts}.`;
}
