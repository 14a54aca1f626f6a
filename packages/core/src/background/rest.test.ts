import { beforeEach, describe, expect, it } from 'vitest';
import { createRest, createRestOf } from './rest.ts';
import type { Rest } from './rest.ts';

describe('a rest', () => {
  let now: number;
  let random: number;
  let rest: Rest;
  beforeEach(() => {
    now = 1_000_000;
    random = 1;
    rest = createRest({ firstMs: 100, longestMs: 2_000, now: () => now, random: () => random });
  });

  const failAndWait = (): number => {
    const pauseMs = rest.noteFailure();
    now += pauseMs;
    return pauseMs;
  };

  it('is over before the first failure', () => {
    expect(rest.leftMs()).toBe(0);
    expect(rest.failures).toBe(0);
  });

  it('grows with each failure up to the longest, and begins anew after a success', () => {
    expect([1, 2, 3, 4, 5, 6, 7].map(failAndWait)).toEqual([100, 200, 400, 800, 1_600, 2_000, 2_000]);
    rest.noteSuccess();
    expect(failAndWait()).toBe(100);
  });

  it('runs out', () => {
    rest.noteFailure();
    now += 60;
    expect(rest.leftMs()).toBe(40);
    now += 40;
    expect(rest.leftMs()).toBe(0);
  });

  it('is half as long at the least', () => {
    random = 0;
    expect(rest.noteFailure()).toBe(50);
  });

  it('takes failures of tries that began together for one', () => {
    rest.noteFailure();
    now += 10;
    expect(rest.noteFailure()).toBe(90);
    expect(rest.failures).toBe(1);
  });

  it('ends when the clock is set back, and is not longer when it is set forward', () => {
    rest.noteFailure();
    now -= 3_600_000;
    expect(rest.leftMs()).toBe(0);
    now += 7_200_000;
    expect(rest.leftMs()).toBe(0);
  });

  it('takes its chance from the system', () => {
    const uuids = ['00000000-0000-4000-8000-000000000000', 'ffffffff-0000-4000-8000-000000000000'];
    const pauses = uuids.map((uuid) =>
      createRestOf({ now: () => 0, createUuid: () => uuid }, { firstMs: 100, longestMs: 100 }).noteFailure(),
    );
    expect(pauses).toEqual([50, 100]);
  });
});
