import { assert, double, integer, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { growingPauseMs, jitteredMs } from './growing-pause.ts';

describe('growingPauseMs', () => {
  it('doubles from the first to the longest', () => {
    const pauses = [1, 2, 3, 4, 5, 6, 7, 8].map((failures) =>
      growingPauseMs({ firstMs: 1_000, longestMs: 60_000 }, failures),
    );
    expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
  });

  it('never falls, and stays in its bounds, for any number of failures', () => {
    assert(
      property(
        integer({ min: 1, max: 100_000 }),
        integer({ min: 1, max: 5_000 }),
        integer({ min: 0, max: 100_000 }),
        (failures, firstMs, more) => {
          const bounds = { firstMs, longestMs: firstMs + more };
          const pause = growingPauseMs(bounds, failures);
          expect(pause).toBeGreaterThanOrEqual(firstMs);
          expect(pause).toBeLessThanOrEqual(bounds.longestMs);
          expect(growingPauseMs(bounds, failures + 1)).toBeGreaterThanOrEqual(pause);
        },
      ),
    );
  });
});

describe('jitteredMs', () => {
  it('is between half of the pause and all of it', () => {
    assert(
      property(
        integer({ min: 1, max: 100_000 }),
        double({ min: 0, max: 1, noNaN: true }),
        (pause, random) => {
          expect(jitteredMs(pause, random)).toBeGreaterThanOrEqual(pause / 2);
          expect(jitteredMs(pause, random)).toBeLessThanOrEqual(pause);
        },
      ),
    );
  });
});
