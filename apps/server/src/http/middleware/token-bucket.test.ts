import { beforeEach, describe, expect, it } from 'vitest';
import { TokenBuckets } from './token-bucket.ts';

let now: number;
let buckets: TokenBuckets;

beforeEach(() => {
  now = 1_000_000;
  buckets = new TokenBuckets({ burst: 3, perSecond: 2 }, () => now);
});

const take = (count: number, key = 'a'): number[] => Array.from({ length: count }, () => buckets.take(key));

describe('TokenBuckets', () => {
  it('gives a burst, then says how long to wait', () => {
    expect(take(4)).toEqual([0, 0, 0, 1]);
  });

  it('fills up again at its rate, and not beyond the burst', () => {
    take(3);
    now += 500;
    expect(take(2)).toEqual([0, 1]);
    now += 60_000;
    expect(take(4)).toEqual([0, 0, 0, 1]);
  });

  it('has one bucket per key', () => {
    take(4, 'a');
    expect(take(1, 'b')).toEqual([0]);
  });

  it('takes nothing when it only looks', () => {
    expect([buckets.peek('a'), ...take(3), buckets.peek('a')]).toEqual([0, 0, 0, 0, 1]);
    now += 500;
    expect([buckets.peek('a'), buckets.peek('a'), buckets.take('a')]).toEqual([0, 0, 0]);
  });

  it('does not give tokens for a clock that goes back', () => {
    take(3);
    now -= 60_000;
    expect(take(1)).toEqual([1]);
  });

  it('forgets the key that was used longest ago when strangers bring too many', () => {
    take(3, 'first');
    take(3, 'second');
    for (let number = 0; number < 9_999; number += 1) {
      buckets.take(`key ${number}`);
    }
    expect(buckets.peek('second')).toBe(1);
    expect(buckets.peek('first')).toBe(0);
  });
});
