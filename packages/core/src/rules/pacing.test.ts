import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFakeProvider } from '@pixsim7/testkit/bench';
import { emptyPace, nextCheckMs } from './pace.ts';
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

const { behaviour } = createFakeProvider().manifest; // checks every 3 to 30 seconds
const typical = { low: 20, high: 90 };

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
  it('has the pace of what was learned, in whole milliseconds', () => {
    const acceptedAt = 5_000;
    const bounds = { fastestMs: 3_000, slowestMs: 30_000 };
    for (const elapsedMs of [0, 2_000, 20_000, 900_000]) {
      const now = acceptedAt + elapsedMs;
      expect(nextCheckAt(now, acceptedAt, emptyPace(), behaviour)).toBe(
        now + Math.ceil(nextCheckMs(emptyPace(), elapsedMs, bounds)),
      );
    }
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
