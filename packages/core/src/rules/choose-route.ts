import type { RouteState, WaitReason } from '@pixsim7/contracts';
import type { AccountChoice, Instant, JobRoute, RouteCandidate, RouteOffer } from '../model/index.ts';
import { chooseAccount, freeSlots, soonestFirst } from './choose-account.ts';
import type { AccountCandidate, AccountDemand, AccountWait } from './choose-account.ts';
import { slotsOf } from './crowding.ts';

/** The accounts of each provider, by its id. */
export type AccountPools = ReadonlyMap<string, readonly AccountCandidate[]>;

/** The demand of a job on the accounts of every provider. */
export type RouteDemand = Pick<AccountDemand, 'pinnedAccountId' | 'refusedBy'>;

/** The place where a job starts, or the reason why it has to wait. */
export type RouteDecision =
  | {
      readonly kind: 'take';
      readonly providerId: string;
      readonly account: AccountCandidate;
      /** Why this account of that provider. */
      readonly choices: readonly AccountChoice[];
      readonly route: JobRoute;
    }
  | {
      readonly kind: 'wait';
      readonly wait: AccountWait;
      /** Its wait at each provider. */
      readonly waits: ReadonlyMap<string, WaitReason>;
      readonly choices: readonly AccountChoice[];
      readonly route: JobRoute;
    };

type Startable = {
  readonly candidate: RouteCandidate;
  readonly account: AccountCandidate;
  readonly choices: readonly AccountChoice[];
};
type Blocked = {
  readonly candidate: RouteCandidate;
  readonly wait: AccountWait;
  readonly choices: readonly AccountChoice[];
};

/**
 * Chooses the provider that takes a job. What can start now stands before what would have to wait; among those the lowest price in
 * USD (an unknown one last), then the most free slots, then the order of the request.
 */
export function chooseRoute(
  route: JobRoute,
  pools: AccountPools,
  demand: RouteDemand,
  now: Instant,
): RouteDecision {
  const open = openCandidates(route);
  const offered = sandboxLast(open, pools, demand);
  const startable: Startable[] = [];
  const blocked: Blocked[] = [];
  for (const candidate of open) {
    const standing = standingOf(candidate, offered.get(candidate.providerId) ?? [], demand, now);
    if ('account' in standing) {
      startable.push(standing);
    } else {
      blocked.push(standing);
    }
  }
  const [best, ...others] = startable.sort(
    (left, right) =>
      compareOffers(left.candidate.offer, right.candidate.offer) ||
      freeSlots(right.account, now) - freeSlots(left.account, now),
  );
  const reasons = new Map(blocked.map(({ candidate, wait }) => [candidate.providerId, wait.detail]));
  if (best === undefined) {
    return {
      kind: 'wait',
      wait: summariseWaits(blocked, route.candidates.length === 1),
      waits: new Map(blocked.map(({ candidate, wait }) => [candidate.providerId, wait.reason])),
      choices: blocked.flatMap(({ choices }) => choices),
      route: withStanding(route, null, reasons),
    };
  }
  reasons.set(best.candidate.providerId, `Chosen: ${describeStart(best, now)}.`);
  for (const other of others) {
    reasons.set(other.candidate.providerId, `Could have taken it: ${describeStart(other, now)}.`);
  }
  return {
    kind: 'take',
    providerId: best.candidate.providerId,
    account: best.account,
    choices: best.choices,
    route: withStanding(route, best.candidate.providerId, reasons),
  };
}

/** The candidates that may still get the job, in the order of the request. */
export function openCandidates(route: JobRoute): RouteCandidate[] {
  return route.candidates.filter(({ state }) => state === 'possible' || state === 'chosen');
}

/** The lanes in which the job waits. */
export function lanesOf(route: JobRoute): string[] {
  return openCandidates(route).map(({ providerId }) => providerId);
}

/**
 * The cheapest open candidate: what is shown and priced before the first choice.
 *
 * @throws Error when none is open, which no route of a job that is not over is
 */
export function forecastRoute(route: JobRoute): RouteCandidate {
  const [cheapest] = openCandidates(route).sort((left, right) => compareOffers(left.offer, right.offer));
  if (cheapest === undefined) {
    throw new Error('The route has no open candidate.');
  }
  return cheapest;
}

/** Writes down how one provider stands. Whoever had the job before could take it again, unless it said no for good. */
export function changeCandidate(
  route: JobRoute,
  providerId: string,
  change: { readonly state: RouteState; readonly reason: string; readonly restsUntil?: Instant | null },
): JobRoute {
  return {
    ...route,
    candidates: route.candidates.map((candidate) =>
      candidate.providerId === providerId
        ? { ...candidate, restsUntil: null, ...change }
        : { ...candidate, state: candidate.state === 'chosen' ? 'possible' : candidate.state },
    ),
  };
}

/** Known prices first, the lower one first. Credits of different providers are not compared: they are not the same. */
function compareOffers(left: RouteOffer | null, right: RouteOffer | null): number {
  const [cost, otherCost] = [left?.costUsd ?? null, right?.costUsd ?? null];
  if (cost === null || otherCost === null) {
    return (cost === null ? 1 : 0) - (otherCost === null ? 1 : 0);
  }
  return cost - otherCost;
}

/**
 * A sandbox makes toy videos: nobody who left the choice to the rules and has a real account somewhere is to get one
 * because it was cheaper.
 */
function sandboxLast(
  open: readonly RouteCandidate[],
  pools: AccountPools,
  { pinnedAccountId }: RouteDemand,
): AccountPools {
  const offered = new Map(open.map(({ providerId }) => [providerId, pools.get(providerId) ?? []]));
  const hasReal = [...offered.values()].flat().some(({ account }) => account.enabled && !account.sandbox);
  if (!hasReal || pinnedAccountId !== null) {
    return offered;
  }
  return new Map(
    [...offered].map(([providerId, accounts]) => [
      providerId,
      accounts.filter(({ account }) => !account.sandbox),
    ]),
  );
}

function standingOf(
  candidate: RouteCandidate,
  accounts: readonly AccountCandidate[],
  demand: RouteDemand,
  now: Instant,
): Startable | Blocked {
  const decision = chooseAccount({ ...demand, credits: candidate.offer?.credits ?? null }, accounts, now);
  if (candidate.restsUntil !== null && candidate.restsUntil > now) {
    const wait = { reason: 'backoff', detail: candidate.reason, until: candidate.restsUntil } as const;
    return { candidate, wait, choices: decision.choices };
  }
  if (decision.kind === 'wait') {
    return { candidate, wait: decision.wait, choices: decision.choices };
  }
  const [account] = decision.ranked;
  if (account === undefined) {
    throw new Error('A ranking is never empty.');
  }
  return { candidate, account, choices: decision.choices };
}

/**
 * The wait that will pass soonest speaks for all. It has an end only where every candidate has one, because whatever
 * has none may become free at any moment.
 *
 * @param isOnly there is no other provider, so naming it would say nothing
 */
function summariseWaits(blocked: readonly Blocked[], isOnly: boolean): AccountWait {
  const waits = blocked.map(({ wait }) => wait);
  const reason =
    soonestFirst.find((candidate) => waits.some((wait) => wait.reason === candidate)) ?? 'account';
  const speaking = blocked.filter(({ wait }) => wait.reason === reason);
  const untils = waits.flatMap(({ until }) => (until === null ? [] : [until]));
  return {
    reason,
    detail: speaking
      .map(({ candidate, wait }) => (isOnly ? wait.detail : `${candidate.providerId}: ${wait.detail}`))
      .join(' '),
    until: untils.length === waits.length && untils.length > 0 ? Math.min(...untils) : null,
  };
}

function withStanding(
  route: JobRoute,
  chosen: string | null,
  reasons: ReadonlyMap<string, string>,
): JobRoute {
  return {
    ...route,
    candidates: route.candidates.map((candidate) => {
      const reason = reasons.get(candidate.providerId);
      if (reason === undefined) {
        return candidate;
      }
      return { ...candidate, state: candidate.providerId === chosen ? 'chosen' : 'possible', reason };
    }),
  };
}

function describeStart({ candidate, account }: Startable, now: Instant): string {
  const { offer, unit } = candidate;
  const cost = offer?.costUsd ?? null;
  const price =
    offer === null || offer.credits === null
      ? 'price not known'
      : `${offer.credits} ${unit}${cost === null ? '' : ` (${cost.toFixed(2)} USD)`}`;
  return `${price}, ${freeSlots(account, now)} of ${slotsOf(account.account, now)} slots free`;
}
