import { afterAll, beforeAll, describe } from 'vitest';
import { describeAccounts } from './account-suite.ts';
import { describeCancels } from './cancel-suite.ts';
import { createBench } from './conformance-bench.ts';
import type { ConformanceBench } from './conformance-bench.ts';
import { describeFileLimits } from './file-limit-suite.ts';
import { describeGenerations } from './generation-suite.ts';
import { describeHangingCalls } from './hanging-suite.ts';
import { describeLostAnswers } from './lost-answer-suite.ts';
import { describeManifest } from './manifest-suite.ts';
import type { ProviderUnderTest } from './provider-under-test.ts';
import { describeRefusals } from './refusal-suite.ts';
import { describeStatuses } from './status-suite.ts';

export { expectedErrors, unreadableAnswers } from './expected-errors.ts';
export { createEmulatorControl } from './emulator-control.ts';
export type * from './emulator-control.ts';
export type * from './provider-under-test.ts';
export { startForConformance, type ConformanceSettings } from './start-emulator.ts';

/**
 * The suite that every adapter passes against its emulator. A provider is done when it does.
 *
 * @example describeProviderConformance('pixverse', pixverseUnderTest);
 */
export function describeProviderConformance(name: string, provider: ProviderUnderTest): void {
  describe(`conformance of ${name}`, () => {
    let bench: ConformanceBench;
    beforeAll(async () => {
      bench = await createBench(provider);
    });
    afterAll(() => bench.emulator.close());

    describeManifest(provider);
    describeGenerations(provider, () => bench);
    describeLostAnswers(provider, () => bench);
    describeRefusals(provider, () => bench);
    describeStatuses(provider, () => bench);
    describeAccounts(provider, () => bench);
    describeCancels(provider, () => bench);
    describeHangingCalls(provider, () => bench);
    describeFileLimits(provider, () => bench);
  });
}
