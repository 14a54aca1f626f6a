import { describe, expect, it } from 'vitest';
import type { JobParameters } from '@pixsim7/contracts';
import { handleOf, withoutSignatures } from './conformance-bench.ts';
import type { ConformanceBench } from './conformance-bench.ts';
import type { PhaseSample, ProviderUnderTest } from './provider-under-test.ts';

/** A generation on its way, as far as the provider shows it. */
export function describeStatuses(provider: ProviderUnderTest, bench: () => ConformanceBench): void {
  const { manifest } = provider.createAdapter({ fetch, createUuid: () => crypto.randomUUID() });
  const submit = (params: JobParameters) => bench().submit(bench().simplestWith(params));

  describe('status', () => {
    it.each(provider.endings)('$name ends as $status, $error.code', async ({ params, status, error }) => {
      const submitted = await submit(params);
      const end = await bench().untilEnd(submitted.account, handleOf(submitted));
      expect(end).toMatchObject({ status, outputs: [], error });
    });

    it.each(provider.statuses)('$name is no end', async ({ params, seconds, first }) => {
      const submitted = await submit(params);
      expect(await bench().check(submitted.account, handleOf(submitted))).toMatchObject({
        ...first,
        outputs: [],
        error: null,
      });
      bench().emulator.advance(seconds);
      const end = await bench().untilEnd(submitted.account, handleOf(submitted));
      expect(end).toMatchObject({ status: 'completed', error: null });
      expect(end.outputs).toHaveLength(1);
    });

    it('without an output is no end, even when it says success', async () => {
      const submitted = await bench().submit(bench().simplest);
      await bench().emulator.settled();
      const changes: boolean[] = [];
      const adapter = provider.createAdapter({
        fetch: async (input, init) => {
          const response = await fetch(input, init);
          const body = await response.text();
          const changed = provider.removeOutput(body);
          changes.push(changed !== body);
          return new Response(changed, { status: response.status, headers: response.headers });
        },
        createUuid: () => crypto.randomUUID(),
      });
      const early = await adapter.checkStatus(submitted.account, handleOf(submitted));
      // A provider may have the status and the output in two answers.
      expect(changes).toContain(true);
      expect(early).toMatchObject({ status: 'processing', outputs: [], error: null });
      const end = await bench().untilEnd(submitted.account, handleOf(submitted));
      expect(end.status).toBe('completed');
    });

    it('is a pure read: asking twice gives the same', async () => {
      const submitted = await bench().submit(bench().simplest);
      const end = await bench().untilEnd(submitted.account, handleOf(submitted));
      const later = await bench().check(submitted.account, handleOf(submitted));
      expect(withoutSignatures(later)).toEqual(withoutSignatures(end));
      expect(await bench().generationsSince(submitted)).toBe(1);
    });

    const { waiting, running } = provider.phases;

    async function lookAt({ params, after }: PhaseSample) {
      const submitted = await submit(params);
      bench().emulator.advance(after);
      return { submitted, seen: await bench().check(submitted.account, handleOf(submitted)) };
    }

    if (waiting !== null) {
      it('says that a generation has not started', async () => {
        const { seen } = await lookAt(waiting);
        expect(seen).toMatchObject({ status: 'pending', progress: null, outputs: [], error: null });
        expect(seen.queuePosition === null).toBe(manifest.behaviour.progress !== 'queue_position');
      });
    }

    if (manifest.behaviour.progress === 'fraction') {
      it('says how far it is', async () => {
        const { submitted, seen } = await lookAt(running);
        expect(seen).toMatchObject({ status: 'processing', outputs: [], error: null });
        expect(seen.progress).toBeGreaterThan(0);
        bench().emulator.advance(1);
        const later = await bench().check(submitted.account, handleOf(submitted));
        expect(later.progress).toBeGreaterThan(seen.progress ?? 1);
        expect(later.progress).toBeLessThan(1);
      });
    } else {
      it('claims no progress that the provider does not tell', async () => {
        const { seen } = await lookAt(running);
        expect(seen).toMatchObject({ status: 'processing', progress: null, outputs: [], error: null });
      });
    }

    it('of another account’s generation is not to be seen', async () => {
      const submitted = await bench().submit(bench().simplest);
      const stranger = bench().emulator.newAccount();
      await expect(bench().check(stranger, handleOf(submitted))).rejects.toMatchObject({
        class: 'JobNotFoundError',
        code: 'provider_job_not_found',
      });
    });
  });
}
