import { describe, expect, it } from 'vitest';
import { buildAccount } from '@pixsim7/testkit/builders';
import type { AccountRow } from '../model/index.ts';
import { afterCrowdedRefusal, slotsOf } from './crowding.ts';

const now = 1_000_000;
const crowded = (limit: number, until: number, refusals = 1, since = now - 1_000): AccountRow =>
  buildAccount({
    maxConcurrent: 4,
    status: 'cooldown',
    cooldownUntil: until,
    crowding: { limit, refusals, since },
  });

describe('the slots of an account', () => {
  it.each<[string, AccountRow, number]>([
    ['are those of its settings', buildAccount({ maxConcurrent: 4 }), 4],
    ['are what it had when one more was refused', crowded(2, now + 1), 2],
    ['are tried again after the rest', crowded(2, now), 4],
    ['are never more than in its settings', crowded(9, now + 1), 4],
  ])('%s', (_, account, slots) => {
    expect(slotsOf(account, now)).toBe(slots);
  });
});

describe('a refusal for too many at once', () => {
  const refusal = { live: 3, madeAt: now - 100, retryAfterS: null };

  it.each<[string, AccountRow, Partial<typeof refusal> | { retryAfterS: number }, object]>([
    ['leaves what ran besides it', buildAccount({ maxConcurrent: 4 }), {}, after(2, 1, now, now + 5_000)],
    ['waits as long as it is told', buildAccount(), { retryAfterS: 30 }, after(2, 1, now, now + 30_000)],
    ['again, doubles the pause', crowded(2, now - 1), {}, after(2, 2, now, now + 10_000)],
    ['of a slot that got free counts too', crowded(3, now + 900), {}, after(2, 2, now, now + 10_000)],
    ['grows no pause beyond 5 min', crowded(2, now - 1, 20), {}, after(2, 21, now, now + 300_000)],
    ['after a long peace begins anew', crowded(2, now - 300_001, 7), {}, after(2, 1, now, now + 5_000)],
    [
      'of an attempt on its way lowers only the number',
      crowded(3, now + 900, 4, now - 50),
      {},
      after(2, 4, now - 50, now + 900),
    ],
    ['never shortens the rest', crowded(2, now + 60_000), {}, after(2, 2, now, now + 60_000)],
  ])('%s', (_, account, changes, expected) => {
    expect(afterCrowdedRefusal(account, { ...refusal, ...changes }, now)).toEqual(expected);
  });
});

function after(limit: number, refusals: number, since: number, cooldownUntil: number): object {
  return { crowding: { limit, refusals, since }, cooldownUntil };
}
