import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFakeProvider } from '@pixsim7/testkit/bench';
import {
  afterReadErrorAt,
  checkBoundMs,
  nextCheckAt,
  refetchDelayMs,
  rejectionDelayMs,
  resendDelayMs,
  slowedByWebhooks,
  summariseDurations,
} from './pacing.ts';
import type { DurationStatistics } from './pacing.ts';

const { behaviour } = createFakeProvider().manifest; // checks every 3 to 30 seconds
const typical = { low: 20, high: 90 };
const known = (medianS: number, slowS: number): DurationStatistics => ({
  count: 10,
  medianS,
  slowS,
  basis: 'history',
});

describe('summariseDurations', () => {
  it.each([0, 1, 4])('takes the range of the manifest while there are only %i samples', (count) => {
    expect(summariseDurations(Array<number>(count).fill(7), typical)).toEqual({
      count,
      medianS: 20,
      slowS: 90,
      basis: 'manifest',
    });
  });

  it('learns median and 90th percentile from enough samples, in whatever order they come', () => {
    expect(summariseDurations([50, 10, 40, 20, 30, 60, 70, 90, 80, 100], typical)).toEqual({
      count: 10,
      medianS: 60,
      slowS: 100,
      basis: 'history',
    });
  });

  it('has figures that were seen, the slow one never below the median', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 5, maxLength: 60 }), (samples) => {
        const { medianS, slowS } = summariseDurations(samples, typical);
        expect(samples).toContain(medianS);
        expect(samples).toContain(slowS);
        expect(slowS).toBeGreaterThanOrEqual(medianS);
        expect(samples.filter((sample) => sample <= slowS).length).toBeGreaterThanOrEqual(
          samples.length * 0.9,
        );
      }),
    );
  });
});

describe('slowedByWebhooks', () => {
  const now = 10 * 3_600_000;
  const everything = {};
  const onlyText = { operations: ['text_to_video'] } as const;

  it.each([
    ['slows down where webhooks arrive', 'text_to_video', everything, now - 1, 50_000],
    ['slows down for an operation that is announced', 'text_to_video', onlyText, now - 1, 50_000],
    ['not for one that is not', 'fusion', onlyText, now - 1, 3_000],
    ['not before the first webhook', 'text_to_video', everything, null, 3_000],
    ['not an hour after the last', 'text_to_video', everything, now - 3_600_000, 3_000],
    ['not for a provider without webhooks', 'text_to_video', undefined, now - 1, 3_000],
  ] as const)('%s', (_, operation, receiver, seenAt, expected) => {
    expect(slowedByWebhooks(now + 3_000, now, operation, receiver, seenAt) - now).toBe(expected);
  });

  it('stays inside of the bound after which a lost webhook is noticed, and hurries nothing', () => {
    expect(slowedByWebhooks(now, now, 'fusion', everything, now)).toBeLessThan(now + checkBoundMs);
    expect(slowedByWebhooks(now + 90_000, now, 'fusion', everything, now)).toBe(now + 90_000);
  });
});

describe('nextCheckAt', () => {
  it.each([
    ['at two fifths of the median, at first', 0, known(25, 40), 10_000],
    ['shortly before the median, then', 10_000, known(25, 40), 20_000],
    ['no later than the slowest pace, when the median is far', 0, known(600, 900), 30_000],
    ['at a tenth of the median around it', 50_000, known(60, 90), 56_000],
    ['no faster than the provider allows', 9_000, known(10, 20), 12_000],
    ['at a tenth of the time spent beyond the slow tail', 100_000, known(10, 20), 110_000],
    ['no slower than the slowest pace, however long it takes', 7_000_000, known(10, 20), 7_030_000],
  ])('looks %s', (_, elapsedMs, durations, expected) => {
    expect(nextCheckAt(elapsedMs, 0, durations, behaviour)).toBe(expected);
  });

  /** When the look comes that finds an attempt done, and how many looks that took. */
  function found(durationS: number, durations: DurationStatistics): { atS: number; looks: number } {
    let now = 0;
    for (let looks = 1; ; looks += 1) {
      now = nextCheckAt(now, 0, durations, behaviour);
      if (now >= durationS * 1_000) {
        return { atS: now / 1_000, looks };
      }
    }
  }

  it.each([
    [1, 60],
    [5, 90],
    [20, 120],
  ])('learns within four waves that jobs take %i s and not %i', (durationS, thoughtS) => {
    let durations = known(thoughtS, thoughtS);
    for (let wave = 1; wave <= 4; wave += 1) {
      const seenS = found(durationS, durations).atS;
      durations = summariseDurations(Array<number>(50).fill(seenS), typical);
    }
    expect(durations.medianS).toBeLessThanOrEqual(Math.max(behaviour.check.fastest_s, durationS * 2.5));
  });

  it('asks at most one more time than with a look before the median alone', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.double({ min: 0.8, max: 2, noNaN: true }),
        (medianS, share) => {
          const durationS = medianS * share;
          const pauseS = Math.max(behaviour.check.fastest_s, medianS * 0.1);
          const withOneLook = 1 + Math.ceil((durationS - medianS * 0.8) / pauseS);
          expect(found(durationS, known(medianS, medianS * 2)).looks).toBeLessThanOrEqual(withOneLook + 1);
        },
      ),
    );
  });

  it('keeps the pace of the manifest for every history', () => {
    const seconds = fc.double({ min: 0, max: 10_000, noNaN: true });
    fc.assert(
      fc.property(fc.nat(20_000_000), seconds, seconds, (elapsedMs, medianS, more) => {
        const pause = nextCheckAt(elapsedMs, 0, known(medianS, medianS + more), behaviour) - elapsedMs;
        expect(pause).toBeGreaterThanOrEqual(2_999.99);
        expect(pause).toBeLessThanOrEqual(30_000.01);
      }),
    );
  });
});

describe('pauses', () => {
  it('waits the slowest pace after a read error, or as long as the provider asks', () => {
    expect(afterReadErrorAt(1_000, behaviour, null)).toBe(31_000);
    expect(afterReadErrorAt(1_000, behaviour, 5)).toBe(31_000);
    expect(afterReadErrorAt(1_000, behaviour, 60)).toBe(61_000);
  });

  it.each([
    ['resend', resendDelayMs, 300_000],
    ['refetch', refetchDelayMs, 600_000],
    ['rejection', rejectionDelayMs, 300_000],
  ])('doubles the %s delay from 2 s up to its bound', (_, delayMs, most) => {
    expect([1, 2, 3, 4].map(delayMs)).toEqual([2_000, 4_000, 8_000, 16_000]);
    expect(delayMs(0)).toBe(2_000);
    expect(delayMs(60)).toBe(most);
    fc.assert(
      fc.property(fc.nat(1_000_000), (attempt) => {
        expect(delayMs(attempt + 1)).toBeGreaterThanOrEqual(delayMs(attempt));
        expect(delayMs(attempt)).toBeLessThanOrEqual(most);
      }),
    );
  });
});
