import { describe, expect, it } from 'vitest';
import type { CancelResult } from '@pixsim7/providers';
import { handleOf } from './conformance-bench.ts';
import type { ConformanceBench, Submitted } from './conformance-bench.ts';
import type { PhaseSample, ProviderUnderTest } from './provider-under-test.ts';

/** The wish to stop a generation, in each of its states. */
export function describeCancels(provider: ProviderUnderTest, bench: () => ConformanceBench): void {
  const adapter = provider.createAdapter({ fetch, createUuid: () => crypto.randomUUID() });
  const { cancel: promise } = adapter.manifest.behaviour;
  if (promise === 'none') {
    return;
  }
  const { waiting, running } = provider.phases;

  async function cancelOf({ account, ...submitted }: Submitted): Promise<CancelResult> {
    const result = await bench().adapter.cancel?.(account, handleOf({ account, ...submitted }));
    if (result === undefined) {
      throw new Error('The adapter has no cancel.');
    }
    return result;
  }

  async function inPhase({ params, after }: PhaseSample): Promise<Submitted> {
    const submitted = await bench().submit(bench().simplestWith(params));
    bench().emulator.advance(after);
    return submitted;
  }

  /** Cancels in a phase, and tells the answer, the next status, and the generation at the provider. */
  async function cancelIn(phase: PhaseSample) {
    const submitted = await inPhase(phase);
    const { outcome } = await cancelOf(submitted);
    const seen = await bench().check(submitted.account, handleOf(submitted), { cancelAsked: true });
    const { generations } = await bench().emulator.control.state();
    return { outcome, seen: seen.status, outputs: seen.outputs, state: generations.at(-1)?.state };
  }

  const stopped = { outcome: 'cancelled', seen: 'cancelled', outputs: [], state: 'cancelled' };

  describe('cancel', () => {
    if (waiting !== null) {
      it('before the start stops it', async () => {
        expect(await cancelIn(waiting)).toEqual(stopped);
      });
    }

    if (promise === 'any') {
      it('while it runs stops it', async () => {
        expect(await cancelIn(running)).toEqual(stopped);
      });
    } else {
      it('while it runs is too late, or a wish at best, and it goes on', async () => {
        expect(await cancelIn(running)).toEqual({
          outcome: expect.stringMatching(/^(?:too_late|requested)$/),
          seen: 'processing',
          outputs: [],
          state: 'running',
        });
      });
    }

    it('after the end is too late, and leaves the output where it is', async () => {
      const submitted = await bench().submit(bench().simplest);
      await bench().untilEnd(submitted.account, handleOf(submitted));
      expect(await cancelOf(submitted)).toEqual({ outcome: 'too_late' });
      const end = await bench().check(submitted.account, handleOf(submitted), { cancelAsked: true });
      expect(end).toMatchObject({ status: 'completed' });
      const file = await fetch(end.outputs[0]?.url ?? '');
      await file.arrayBuffer();
      expect(file.status).toBe(200);
    });

    it('of a generation that nobody has heard of is an error, not a success', async () => {
      const submitted = await inPhase(running);
      const stranger = bench().emulator.newAccount();
      await expect(bench().adapter.cancel?.(stranger, handleOf(submitted))).rejects.toMatchObject({
        class: 'JobNotFoundError',
      });
      const seen = await bench().check(submitted.account, handleOf(submitted));
      expect(seen.status).toBe('processing');
    });
  });
}
