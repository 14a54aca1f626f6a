import { workerSteps } from '@pixsim7/contracts';
import { describe, expect, it } from 'vitest';

import { defaultStepConcurrency } from './step-settings.ts';

describe('defaultStepConcurrency', () => {
  it('lets every step run', () => {
    for (const step of workerSteps) expect(defaultStepConcurrency[step]).toBeGreaterThan(0);
  });
});
