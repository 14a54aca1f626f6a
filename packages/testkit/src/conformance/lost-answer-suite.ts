import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ProviderAdapter } from '@pixsim7/providers';
import { handleOf } from './conformance-bench.ts';
import type { ConformanceBench } from './conformance-bench.ts';
import type { EmulatorFault } from './emulator-control.ts';
import type { ProviderUnderTest } from './provider-under-test.ts';

/** Submits whose answer is lost or cannot be used. They may be paid for, so nothing is guessed and nothing is sent twice. */
const losses: readonly { readonly action: EmulatorFault['action']; readonly accepted: boolean }[] = [
  { action: 'drop_after_accept', accepted: true },
  { action: 'drop_before_accept', accepted: false },
  { action: 'garbage', accepted: true },
  { action: 'truncate', accepted: true },
  { action: 'endless', accepted: true },
];

export function describeLostAnswers(provider: ProviderUnderTest, bench: () => ConformanceBench): void {
  const { manifest } = provider.createAdapter({ fetch, createUuid: () => crypto.randomUUID() });

  describe('submit without an answer', () => {
    afterEach(() => bench().emulator.control.clearFaults());

    async function lose(action: EmulatorFault['action']) {
      const prepared = await bench().prepare(bench().simplest);
      const { endpoint } = prepared.request;
      await bench().emulator.control.addFault({ match: endpoint, action, times: 1 });
      const before = await bench().callsTo(endpoint);
      const submitted = await bench().send(prepared);
      return { ...submitted, calls: (await bench().callsTo(endpoint)) - before };
    }

    it.each(losses)('$action: is unknown after exactly one call', async ({ action, accepted }) => {
      const lost = await lose(action);
      const { result, calls } = lost;
      expect(result).toMatchObject({
        outcome: 'unknown',
        evidence: expect.stringMatching(/./),
        error: { code: 'outcome_unknown', charged: 'unknown' },
      });
      expect(calls).toBe(1);
      expect(await bench().generationsSince(lost)).toBe(accepted ? 1 : 0);
    });

    if (manifest.behaviour.idempotency === 'token') {
      it.each(losses)('$action: the same token makes one generation and gives it', async ({ action }) => {
        const lost = await lose(action);
        const second = await bench().send(lost, lost.token);
        expect(second.result.outcome).toBe('accepted');
        expect(await bench().generationsSince(lost)).toBe(1);
        const third = await bench().send(lost, lost.token);
        expect(handleOf(third)).toEqual(handleOf(second));
        expect(await bench().generationsSince(lost)).toBe(1);
      });
    }

    if (manifest.behaviour.idempotency === 'none') {
      it.each(losses)(
        '$action: nothing else is asked of the provider, because nothing could tell',
        async ({ action }) => {
          const prepared = await bench().prepare(bench().simplest);
          const match = prepared.request.endpoint;
          await bench().emulator.control.addFault({ match, action, times: 1 });
          const before = await bench().allCalls();
          await bench().send(prepared);
          expect((await bench().allCalls()) - before).toBe(1);
        },
      );
    }

    it.each([200, 400, 500])('is unknown when HTTP %i comes with an endless body', async (status) => {
      const prepared = await bench().prepare(bench().simplest);
      const { adapter, wasCancelled } = withEndlessReplies(provider, status);
      const result = await adapter.execute(
        prepared.mapped.operation,
        prepared.account,
        prepared.request,
        'endless',
      );
      expect(result).toMatchObject({
        outcome: 'unknown',
        error: { code: 'outcome_unknown', charged: 'unknown' },
      });
      expect(wasCancelled()).toBe(true);
    });

    it('is unknown when the caller stops waiting', async () => {
      const prepared = await bench().prepare(bench().simplest);
      const { endpoint } = prepared.request;
      const stop = new AbortController();
      await bench().emulator.control.addFault({
        match: endpoint,
        action: 'delay',
        value: 2_000,
        times: 1,
      });
      const before = await bench().callsTo(endpoint);
      const pending = bench().adapter.execute(
        prepared.mapped.operation,
        prepared.account,
        prepared.request,
        'stopped',
        {
          signal: stop.signal,
        },
      );
      // Only a call that has arrived can have been taken.
      while ((await bench().callsTo(endpoint)) === before) {
        // Asks until it has.
      }
      stop.abort();
      expect(await pending).toMatchObject({ outcome: 'unknown', error: { code: 'outcome_unknown' } });
      // The provider takes it all the same, a little later; no other test may find it among its own.
      await vi.waitUntil(async () => (await bench().generationsSince(prepared)) === 1, 10_000);
    });
  });

  it('a read with an endless reply fails as a read, not as the job', async () => {
    const submitted = await bench().submit(bench().simplest);
    const { adapter, wasCancelled } = withEndlessReplies(provider, 200);
    await expect(adapter.checkStatus(submitted.account, handleOf(submitted))).rejects.toMatchObject({
      retry: 'later',
      charged: 'no',
    });
    expect(wasCancelled()).toBe(true);
  });
}

/** The adapter in front of a provider whose JSON replies never end. */
function withEndlessReplies(
  provider: ProviderUnderTest,
  status: number,
): { adapter: ProviderAdapter; wasCancelled: () => boolean } {
  const piece = new TextEncoder().encode(`"${'x'.repeat(16_384)}",`);
  let wasCancelled = false;
  const adapter = provider.createAdapter({
    fetch: async () => {
      let isFirst = true;
      const body = new ReadableStream<Uint8Array>({
        pull(controller) {
          controller.enqueue(isFirst ? new TextEncoder().encode('{"items":[') : piece);
          isFirst = false;
        },
        cancel() {
          wasCancelled = true;
        },
      });
      return new Response(body, { status, headers: { 'content-type': 'application/json' } });
    },
    createUuid: () => crypto.randomUUID(),
  });
  return { adapter, wasCancelled: () => wasCancelled };
}
