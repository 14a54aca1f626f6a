import { afterEach, describe, expect, it } from 'vitest';
import { ProviderCallError } from '@pixsim7/providers';
import { handleOf } from './conformance-bench.ts';
import type { ConformanceBench } from './conformance-bench.ts';
import type { ProviderUnderTest, ReadFailureSample } from './provider-under-test.ts';
import { sampleImage } from './sample-files.ts';
import { expectNoSecrets } from './secrets.ts';

/** Every row of the provider's error table, over the wire. */
export function describeRefusals(provider: ProviderUnderTest, bench: () => ConformanceBench): void {
  describe('refusals', () => {
    afterEach(() => bench().emulator.control.clearFaults());

    it.each(provider.refusals)('submit, $name: $error.class, $outcome', async (sample) => {
      const { outcome, error } = sample;
      const prepared = await bench().prepare(
        sample.action === 'prompt' ? bench().simplestWith({ prompt: sample.prompt }) : bench().simplest,
      );
      const { endpoint } = prepared.request;
      if (sample.action !== 'prompt') {
        const { action, value } = sample;
        await bench().emulator.control.addFault({ match: endpoint, action, value, times: 1 });
      }
      const before = await bench().callsTo(endpoint);
      const { result } = await bench().send(prepared);
      expect(result).toMatchObject({
        outcome,
        error: { ...error, charged: outcome === 'rejected' ? 'no' : 'unknown' },
      });
      // One call: after a fault that is used up, a second one would have been accepted and paid for.
      expect((await bench().callsTo(endpoint)) - before).toBe(1);
      expect(await bench().generationsSince(prepared)).toBe(0);
    });

    it.each(provider.uploadRefusals)('upload, $name: $error.class', async (sample) => {
      const account = bench().emulator.newAccount();
      const slot = provider.samples
        .flatMap(({ operation, params }) => bench().map(operation, params).slots)
        .find(({ specification }) => specification.media_type === 'image');
      if (slot === undefined || provider.imageUploadPath === null) {
        throw new Error('No sample has an image.');
      }
      const { imageUploadPath: path } = provider;
      const thrown = await failureOf(sample, 'POST', path, () =>
        bench().adapter.resolveInput(account, slot, sampleImage()),
      );
      expect(thrown).toBeInstanceOf(ProviderCallError);
      expect(thrown).toMatchObject({ ...sample.error, charged: 'no' });
      expectNoSecrets(account, thrown);
    });

    it.each(provider.readFailures)('status, $name: $error.class', async (sample) => {
      const submitted = await bench().submit(bench().simplest);
      const { account } = submitted;
      const thrown = await failureOf(sample, 'GET', provider.statusPath, () =>
        bench().adapter.checkStatus(account, handleOf(submitted)),
      );
      expect(thrown).toBeInstanceOf(ProviderCallError);
      expect(thrown).toMatchObject({ ...sample.error, charged: 'no' });
      expectNoSecrets(account, thrown);
      // Not being able to see has changed nothing.
      expect(await bench().untilEnd(account, handleOf(submitted))).toMatchObject({ status: 'completed' });
    });

    /** The error of a call that the emulator fails once; undefined when it throws nothing. */
    async function failureOf(
      { action, value }: ReadFailureSample,
      method: string,
      path: string,
      call: () => Promise<unknown>,
    ): Promise<unknown> {
      await bench().emulator.control.addFault({
        match: { method, path },
        action,
        ...(value === undefined ? {} : { value }),
        times: 1,
      });
      return call().then(
        () => undefined,
        (reason: unknown) => reason,
      );
    }
  });
}
