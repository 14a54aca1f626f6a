import { workerSteps } from '@pixsim7/contracts';
import { defaultShares } from '@pixsim7/core';
import { assert, integer, property } from 'fast-check';
import { describe, expect, it } from 'vitest';

import { defaultRetryDelays, defaultStepConcurrency, retryDelayMs } from './step-settings.ts';

describe('retryDelayMs', () => {
  it('doubles from a second to a minute', () => {
    const delays = [1, 2, 3, 4, 5, 6, 7, 8].map((failures) => retryDelayMs(defaultRetryDelays, failures));
    expect(delays).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
  });

  it('never falls, and stays in its bounds, for any number of failures', () => {
    assert(
      property(
        integer({ min: 1, max: 100_000 }),
        integer({ min: 1, max: 5_000 }),
        integer({ min: 0, max: 100_000 }),
        (failures, firstMs, more) => {
          const delays = { firstMs, longestMs: firstMs + more };
          const delay = retryDelayMs(delays, failures);
          expect(delay).toBeGreaterThanOrEqual(firstMs);
          expect(delay).toBeLessThanOrEqual(delays.longestMs);
          expect(retryDelayMs(delays, failures + 1)).toBeGreaterThanOrEqual(delay);
        },
      ),
    );
  });
});

describe('defaultStepConcurrency', () => {
  it('lets every step run', () => {
    for (const step of workerSteps) expect(defaultStepConcurrency[step]).toBeGreaterThan(0);
  });

  it.each(['submit', 'check', 'ingest'] as const)('leaves places of %s free when every call hangs', (step) => {
    expect(defaultStepConcurrency[step]).toBeGreaterThan(defaultShares[step].total);
  });
});
