import { describe, expect, it } from 'vitest';
import { buildAccount, buildRoute, builtAt } from '@pixsim7/testkit/builders';
import type { AccountRow, JobRoute, RouteCandidate } from '../model/index.ts';
import type { AccountCandidate } from './choose-account.ts';
import { changeCandidate, chooseRoute, forecastRoute, lanesOf } from './choose-route.ts';
import type { AccountPools, RouteDemand } from './choose-route.ts';

const now = builtAt;
const nobody: RouteDemand = { pinnedAccountId: null, refusedBy: new Set() };

const routeOf = (...candidates: (Partial<RouteCandidate> & { providerId: string })[]): JobRoute => ({
  requested: null,
  candidates: candidates.flatMap((candidate) => buildRoute([candidate.providerId], candidate).candidates),
});

const offer = (costUsd: number | null, credits: number | null = 45): RouteCandidate['offer'] => ({
  model: 'v1',
  credits,
  costUsd,
});

const place = (
  changes: Partial<AccountRow> = {},
  usedSlots = 0,
  spendable: number | null = 100,
): AccountCandidate => ({
  account: buildAccount(changes),
  usedSlots,
  spendable,
});

const poolsOf = (pools: Record<string, AccountCandidate[]>): AccountPools => new Map(Object.entries(pools));

function chosenOf(route: JobRoute, pools: AccountPools, demand = nobody): string | null {
  const decision = chooseRoute(route, pools, demand, now);
  return decision.kind === 'take' ? decision.providerId : null;
}

describe('the choice of a provider', () => {
  it('takes the cheapest in USD, whatever the credits say', () => {
    const route = routeOf(
      { providerId: 'one', offer: offer(0.5, 10) },
      { providerId: 'two', offer: offer(0.4, 40) },
    );
    expect(chosenOf(route, poolsOf({ one: [place()], two: [place()] }))).toBe('two');
  });

  it('puts an unknown price last, even behind a high one', () => {
    const route = routeOf({ providerId: 'one', offer: offer(null) }, { providerId: 'two', offer: offer(90) });
    expect(chosenOf(route, poolsOf({ one: [place()], two: [place()] }))).toBe('two');
  });

  it('puts a free slot before a low price', () => {
    const route = routeOf({ providerId: 'one', offer: offer(0.1) }, { providerId: 'two', offer: offer(9) });
    const full = place({ maxConcurrent: 1 }, 1);
    expect(chosenOf(route, poolsOf({ one: [full], two: [place()] }))).toBe('two');
  });

  it('breaks a tie of prices by free slots, and then by the order of the request', () => {
    const route = routeOf({ providerId: 'one' }, { providerId: 'two' });
    const [few, many] = [place({ maxConcurrent: 1 }), place({ maxConcurrent: 5 })];
    expect(chosenOf(route, poolsOf({ one: [few], two: [many] }))).toBe('two');
    expect(chosenOf(route, poolsOf({ one: [place()], two: [place()] }))).toBe('one');
  });

  it.each<[string, AccountCandidate]>([
    ['is switched off', place({ enabled: false })],
    ['is disabled', place({ status: 'disabled' })],
    ['has no credits', place({ status: 'exhausted' })],
    ['cools down', place({ status: 'cooldown', cooldownUntil: now + 1 })],
    ['cannot pay it', place({}, 0, 44)],
  ])('passes over a provider whose account %s', (_, account) => {
    const route = routeOf({ providerId: 'one', offer: offer(0.1) }, { providerId: 'two', offer: offer(9) });
    expect(chosenOf(route, poolsOf({ one: [account], two: [place()] }))).toBe('two');
  });

  it('passes over a provider all of whose accounts refused the job', () => {
    const refused = place();
    const route = routeOf({ providerId: 'one', offer: offer(0.1) }, { providerId: 'two', offer: offer(9) });
    const pools = poolsOf({ one: [refused], two: [place()] });
    expect(chosenOf(route, pools, { ...nobody, refusedBy: new Set([refused.account.id]) })).toBe('two');
  });

  it.each(['refused', 'rejected'] as const)('never takes one that is %s', (state) => {
    const route = routeOf({ providerId: 'one', state }, { providerId: 'two', offer: offer(9) });
    expect(chosenOf(route, poolsOf({ one: [place()], two: [place()] }))).toBe('two');
    expect(chosenOf(routeOf({ providerId: 'one', state }), poolsOf({ one: [place()] }))).toBeNull();
    expect(lanesOf(route)).toEqual(['two']);
  });

  it('leaves one alone that rests, until its rest is over', () => {
    const route = routeOf(
      { providerId: 'one', offer: offer(0.1), restsUntil: now + 1 },
      { providerId: 'two', offer: offer(9) },
    );
    const pools = poolsOf({ one: [place()], two: [place()] });
    expect(chosenOf(route, pools)).toBe('two');
    expect(chooseRoute(route, pools, nobody, now + 1)).toMatchObject({ kind: 'take', providerId: 'one' });
  });

  it('makes no toy video because a sandbox is cheaper than a real account elsewhere', () => {
    const route = routeOf({ providerId: 'one', offer: offer(0.1) }, { providerId: 'two', offer: offer(9) });
    const toy = place({ sandbox: true });
    expect(chosenOf(route, poolsOf({ one: [toy], two: [place()] }))).toBe('two');
    expect(chosenOf(route, poolsOf({ one: [toy], two: [place({ enabled: false })] }))).toBe('one');
    // Not even while the real one is full.
    expect(chosenOf(route, poolsOf({ one: [toy], two: [place({ maxConcurrent: 1 }, 1)] }))).toBeNull();
    // Unless the job names the account.
    const pinned = { ...nobody, pinnedAccountId: toy.account.id };
    expect(chosenOf(route, poolsOf({ one: [toy, place()] }), pinned)).toBe('one');
  });

  it('says of every candidate why', () => {
    const route = routeOf(
      { providerId: 'one', offer: offer(0.45) },
      { providerId: 'two', offer: offer(null, null) },
      { providerId: 'three' },
      { providerId: 'four', state: 'refused', reason: '/params/duration: 7 is not possible.', offer: null },
    );
    const pools = poolsOf({ one: [place({ maxConcurrent: 3 }, 1)], two: [place()] });
    const { route: written } = chooseRoute(route, pools, nobody, now);
    expect(written.candidates.map(({ state, reason }) => [state, reason])).toEqual([
      ['chosen', 'Chosen: 45 credits (0.45 USD), 2 of 3 slots free.'],
      ['possible', 'Could have taken it: price not known, 2 of 2 slots free.'],
      ['possible', 'This provider has no account yet.'],
      ['refused', '/params/duration: 7 is not possible.'],
    ]);
  });
});

describe('a job that nobody can take now', () => {
  it('waits for what passes soonest, and names the provider', () => {
    const route = routeOf({ providerId: 'one' }, { providerId: 'two' });
    const pools = poolsOf({
      one: [place({ status: 'exhausted', reason: 'Empty.' })],
      two: [place({ maxConcurrent: 1 }, 1)],
    });
    expect(chooseRoute(route, pools, nobody, now)).toMatchObject({
      kind: 'wait',
      wait: { reason: 'slot', detail: 'two: Waiting for a free slot.', until: null },
      route: { candidates: [{ reason: 'Empty.' }, { reason: 'Waiting for a free slot.' }] },
    });
  });

  it('names no provider when there is no other', () => {
    const full = poolsOf({ one: [place({ maxConcurrent: 1 }, 1)] });
    expect(chooseRoute(routeOf({ providerId: 'one' }), full, nobody, now)).toMatchObject({
      wait: { detail: 'Waiting for a free slot.' },
    });
  });

  it('waits until a time only where every provider has one', () => {
    const cools = place({ status: 'cooldown', cooldownUntil: now + 9_000, reason: 'Too many.' });
    const rests = { providerId: 'two', restsUntil: now + 5_000, reason: 'Down.' };
    const both = chooseRoute(
      routeOf({ providerId: 'one' }, rests),
      poolsOf({ one: [cools], two: [place()] }),
      nobody,
      now,
    );
    expect(both).toMatchObject({ wait: { reason: 'backoff', detail: 'two: Down.', until: now + 5_000 } });
    const withEmpty = chooseRoute(
      routeOf({ providerId: 'one' }, rests, { providerId: 'three' }),
      poolsOf({ one: [cools], two: [place()], three: [place({}, 0, 1)] }),
      nobody,
      now,
    );
    expect(withEmpty).toMatchObject({ wait: { reason: 'backoff', until: null } });
  });
});

describe('a route', () => {
  it('forecasts the cheapest provider that is not out', () => {
    const route = routeOf(
      { providerId: 'one', offer: offer(null) },
      { providerId: 'two', offer: offer(2) },
      { providerId: 'three', offer: offer(1), state: 'rejected' },
    );
    expect(forecastRoute(route)?.providerId).toBe('two');
    expect(() => forecastRoute(routeOf({ providerId: 'one', state: 'refused' }))).toThrow(
      'no open candidate',
    );
  });

  it('has one candidate that has the job at most', () => {
    const route = routeOf({ providerId: 'one', state: 'chosen' }, { providerId: 'two', state: 'rejected' });
    const rests = { state: 'possible', reason: 'Down.', restsUntil: now } as const;
    expect(changeCandidate(route, 'three', rests).candidates.map(({ state }) => state)).toEqual([
      'possible',
      'rejected',
    ]);
    expect(changeCandidate(route, 'one', rests).candidates[0]).toMatchObject(rests);
    expect(
      changeCandidate(route, 'one', { state: 'rejected', reason: 'No.' }).candidates[0]?.restsUntil,
    ).toBeNull();
  });
});
