import { afterEach, describe, expect, it, vi } from 'vitest';
import type { CallOptions } from '@pixsim7/providers';
import { handleOf } from './conformance-bench.ts';
import type { ConformanceBench } from './conformance-bench.ts';
import type { EmulatorFault } from './emulator-control.ts';
import type { ProviderUnderTest } from './provider-under-test.ts';
import { sampleImage } from './sample-files.ts';

type Hang = Pick<EmulatorFault, 'action' | 'value'>;

const hangs: readonly Hang[] = [{ action: 'hang' }, { action: 'drip', value: 0 }];

/** A provider that does not answer, or does not finish its answer. The domain gives up by the signal of the call. */
export function describeHangingCalls(provider: ProviderUnderTest, bench: () => ConformanceBench): void {
  const adapter = provider.createAdapter({ fetch, createUuid: () => crypto.randomUUID() });

  describe.each(hangs)('a call that hangs ($action)', (hang) => {
    afterEach(() => bench().emulator.control.clearFaults());

    /** The error of a call whose caller stops waiting. */
    async function failureOf(call: (options: CallOptions) => Promise<unknown> | undefined): Promise<unknown> {
      const stop = new AbortController();
      await bench().emulator.control.addFault({ match: {}, ...hang, times: 1 });
      const before = await bench().allCalls();
      const ending = Promise.resolve(call({ signal: stop.signal })).then(
        () => 'it was answered',
        (error: unknown) => error,
      );
      await vi.waitUntil(async () => (await bench().allCalls()) > before, 10_000);
      stop.abort();
      return ending;
    }

    const gaveUp = {
      class: 'ProviderUnavailableError',
      retry: 'later',
      accountEffect: 'none',
      charged: 'no',
    };

    it('ends a check with its signal', async () => {
      const submitted = await bench().submit(bench().simplest);
      const failure = await failureOf((options) =>
        bench().adapter.checkStatus(submitted.account, handleOf(submitted), options),
      );
      expect(failure).toMatchObject(gaveUp);
    });

    if (provider.imageUploadPath !== null) {
      it('ends an upload with its signal', async () => {
        const sample = provider.samples.find(({ operation }) => operation === 'image_to_video');
        const [slot] = sample === undefined ? [] : bench().map(sample.operation, sample.params).slots;
        if (slot === undefined) {
          throw new Error('The suite needs a sample of image_to_video.');
        }
        const account = bench().emulator.newAccount();
        const failure = await failureOf((options) =>
          bench().adapter.resolveInput(account, slot, sampleImage(), options),
        );
        expect(failure).toMatchObject(gaveUp);
      });
    }

    if (adapter.balance !== undefined) {
      it('ends the reading of a balance with its signal', async () => {
        const account = bench().emulator.newAccount();
        expect(await failureOf((options) => bench().adapter.balance?.(account, options))).toMatchObject(
          gaveUp,
        );
      });
    }

    if (adapter.cancel !== undefined) {
      it('ends a cancellation with its signal', async () => {
        const submitted = await bench().submit(bench().simplest);
        const failure = await failureOf((options) =>
          bench().adapter.cancel?.(submitted.account, handleOf(submitted), options),
        );
        expect(failure).toMatchObject(gaveUp);
      });
    }
  });
}
