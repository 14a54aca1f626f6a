import type { CancelResult } from '@pixsim7/providers';
import { describe, expect, it } from 'vitest';
import { handleOf, type ConformanceBench, type Submitted } from './conformance-bench.ts';
import type { PhaseSample, ProviderUnderTest } from './provider-under-test.ts';

/** The wish to stop a generation, in each of its states. */
export function describeCancels(provider: ProviderUnderTest, bench: () => ConformanceBench): void {
  const { cancel, manifest } = provider.createAdapter({ fetch, createUuid: () => crypto.randomUUID() });
  if (cancel === undefined) return;
  const { waiting, running } = provider.phases;

  async function cancelOf({ account, ...submitted }: Submitted): Promise<CancelResult> {
    const result = await bench().adapter.cancel?.(account, handleOf({ account, ...submitted }));
    if (result === undefined) throw new Error('The adapter has no cancel.');
    return result;
  }

  async function inPhase({ params, after }: PhaseSample): Promise<Submitted> {
    const submitted = await bench().submit(bench().simplestWith(params));
    bench().emulator.advance(after);
    return submitted;
  }

  async function expectCancelled(submitted: Submitted): Promise<void> {
    expect(await cancelOf(submitted)).toEqual({ outcome: 'cancelled' });
    const seen = await bench().check(submitted.account, handleOf(submitted), { cancelAsked: true });
    expect(seen).toMatchObject({ status: 'cancelled', outputs: [] });
    const { generations } = await bench().emulator.control.state();
    expect(generations.at(-1)).toMatchObject({ state: 'cancelled' });
  }

  describe('cancel', () => {
    if (waiting !== null)
      it('before the start stops it', async () => {
        await expectCancelled(await inPhase(waiting));
      });

    if (manifest.behaviour.cancel === 'any')
      it('while it runs stops it', async () => {
        await expectCancelled(await inPhase(running));
      });
    else
      it('while it runs is too late, and it goes on', async () => {
        const submitted = await inPhase(running);
        expect(await cancelOf(submitted)).toEqual({ outcome: 'too_late' });
        const seen = await bench().check(submitted.account, handleOf(submitted), { cancelAsked: true });
        expect(seen.status).toBe('processing');
      });

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
