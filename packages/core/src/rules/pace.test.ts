import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyPace, learn, nextCheckMs, paceOf } from './pace.ts';
import type { Pace, SeenEnd } from './pace.ts';

const bounds = { fastestMs: 1_000, slowestMs: 30_000 };
const massOf = ({ learned, assumed }: Pace): number =>
  learned.reduce((sum, mass) => sum + mass, 0) + assumed * learned.length;

/** Ends at the same time, seen by close looks. */
const alike = (doneAtMs: number, count: number): SeenEnd[] =>
  Array.from({ length: count }, () => ({ unfinishedAtMs: doneAtMs * 0.95, doneAtMs }));

const anEnd = fc
  .tuple(fc.integer({ min: 0, max: 20_000_000 }), fc.option(fc.double({ min: 0, max: 1, noNaN: true })))
  .map(([doneAtMs, share]): SeenEnd => ({
    doneAtMs,
    unfinishedAtMs: share === null ? null : doneAtMs * share,
  }));
const anyPace = fc.array(anEnd, { maxLength: 30 }).map(paceOf);

describe('nextCheckMs', () => {
  it.each([
    ['two seconds after acceptance, at first', 0, 1_951],
    ['two seconds later, then', 4_000, 2_100],
    ['a fifth of the time spent later, at 20 s', 20_000, 4_020],
    ['a sixth of it later, after a minute', 60_000, 10_224],
    ['no later than the slowest pace', 600_000, 30_000],
    ['at the slowest pace beyond all that can be known', 10_000_000, 30_000],
  ])('looks %s, knowing nothing', (_, elapsedMs, expected) => {
    expect(nextCheckMs(emptyPace(), elapsedMs, { ...bounds })).toBeCloseTo(expected, -2);
  });

  it('looks just before and soon after the time that like ones took', () => {
    const pace = paceOf(alike(20_000, 30));
    const first = nextCheckMs(pace, 0, bounds);
    expect(first).toBeGreaterThan(15_000);
    expect(first).toBeLessThanOrEqual(20_000);
    expect(nextCheckMs(pace, first, bounds)).toBeLessThan(3_000);
  });

  it('goes on as if it knew nothing past all that it has seen', () => {
    const pace = paceOf(alike(5_000, 30));
    expect(nextCheckMs(pace, 40_000, bounds)).toBeCloseTo(nextCheckMs(emptyPace(), 40_000, bounds), 6);
  });

  it('takes what a provider asks for as a time between two looks, and the first look has none before it', () => {
    const asked = { ...bounds, fastestMs: 5_000 };
    expect(nextCheckMs(emptyPace(), 0, asked)).toBe(nextCheckMs(emptyPace(), 0, bounds));
    expect(nextCheckMs(emptyPace(), 2_000, asked)).toBe(5_000);
  });

  it('waits with the first look for nine of ten, where they are done before a second one is allowed', () => {
    const pace = paceOf(Array.from({ length: 4 }, () => ({ unfinishedAtMs: 0, doneAtMs: 1_950 })));
    expect(nextCheckMs(pace, 0, bounds)).toBeLessThan(1_500);
    expect(nextCheckMs(pace, 0, { ...bounds, fastestMs: 3_000 })).toBeCloseTo(1_990, -2);
    const slower = paceOf(alike(5_000, 4));
    expect(nextCheckMs(slower, 0, { ...bounds, fastestMs: 3_000 })).toBe(nextCheckMs(slower, 0, bounds));
  });

  it('takes a clock that was set back for a beginning', () => {
    expect(nextCheckMs(emptyPace(), -60_000, bounds)).toBe(nextCheckMs(emptyPace(), 0, bounds));
  });

  it('stays between the bounds, and saves no look that could not matter', () => {
    fc.assert(
      fc.property(
        anyPace,
        fc.integer({ min: 1, max: 20_000_000 }),
        fc.integer({ min: 1, max: 10 }),
        (pace, elapsedMs, fastestS) => {
          const stepMs = nextCheckMs(pace, elapsedMs, { ...bounds, fastestMs: fastestS * 1_000 });
          expect(stepMs).toBeGreaterThanOrEqual(
            Math.min(30_000, Math.max(fastestS * 1_000, elapsedMs * 0.03)),
          );
          expect(stepMs).toBeLessThanOrEqual(30_000);
        },
      ),
    );
  });
});

describe('learn', () => {
  it('adds one to all that it half forgets', () => {
    fc.assert(
      fc.property(anyPace, anEnd, (pace, end) => {
        const after = learn(pace, end);
        expect(massOf(after)).toBeCloseTo(massOf(pace) * 0.94 + 1, 9);
        expect(after.learned.every((mass) => mass >= 0)).toBe(true);
      }),
    );
  });

  it('puts the weight between the two looks, evenly', () => {
    const { learned } = learn(emptyPace(), { unfinishedAtMs: 10_000, doneAtMs: 20_000 });
    const touched = learned.filter((mass) => mass > 0);
    expect(touched.length).toBe(Math.round(Math.log(2) / Math.log(1.1)) + 1);
    expect(new Set(touched).size).toBe(1);
    // Bin 24 begins at 9.85 s and bin 31 at 19.19 s.
    expect([learned[23], learned[24] === 0, learned[31] === 0, learned[32]]).toEqual([0, false, false, 0]);
  });

  it.each([
    ['a look right at the beginning', 0, 1 / 3],
    ['a look that was not written down', null, 2 / 3],
  ])('takes %s for one at a share of the time', (_, unfinishedAtMs, share) => {
    const seen = { unfinishedAtMs, doneAtMs: 90_000 };
    expect(learn(emptyPace(), seen)).toEqual(
      learn(emptyPace(), { unfinishedAtMs: 90_000 * share + 1, doneAtMs: 90_000 }),
    );
  });

  it('believes the end when the last look is said to be later than it', () => {
    expect(massOf(learn(emptyPace(), { unfinishedAtMs: 50_000, doneAtMs: 10_000 }))).toBeCloseTo(1.94, 9);
  });

  it('comes down to a faster provider although it sees each end at its own looks', () => {
    let pace = paceOf(alike(60_000, 50));
    for (let job = 0; job < 40; job += 1) {
      const firstMs = nextCheckMs(pace, 0, bounds);
      pace = learn(pace, { unfinishedAtMs: 0, doneAtMs: Math.max(firstMs, 5_000) });
    }
    expect(nextCheckMs(pace, 0, bounds)).toBeLessThan(6_000);
  });
});
