import { describe, expect, it } from 'vitest';
import { workerSteps } from '@pixsim7/contracts';
import { defaultShares } from '@pixsim7/core';
import { defaultStepConcurrency } from './step-settings.ts';

describe('defaultStepConcurrency', () => {
  it('lets every step run', () => {
    for (const step of workerSteps) {
      expect(defaultStepConcurrency[step]).toBeGreaterThan(0);
    }
  });

  it.each(['submit', 'check', 'ingest'] as const)(
    'leaves places of %s free when every call hangs',
    (step) => {
      expect(defaultStepConcurrency[step]).toBeGreaterThan(defaultShares[step].total);
    },
  );
});
