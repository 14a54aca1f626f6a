import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { CallOptions } from '@pixsim7/providers/contract';
import { answers, createBench } from '@pixsim7/testkit/bench';
import type { Bench } from '@pixsim7/testkit/bench';
import { callLimitsMs } from '../rules/call-limits.ts';
import type { ProviderCallKind } from '../rules/call-limits.ts';
import { BoundedRegistry } from './bounded-calls.ts';

let bench: Bench;
beforeEach(() => {
  bench = createBench();
});

const access = { accountId: 'a', credentials: {}, baseUrl: null };

/** Every call of the contract, on the adapter with limits. */
const calls: Record<ProviderCallKind, (options?: CallOptions) => Promise<unknown>> = {
  upload: (options) => bounded().resolveInput(access, {} as never, {} as never, options),
  submit: (options) => bounded().execute('text_to_video', access, {} as never, 'token', options),
  check: (options) => bounded().checkStatus(access, {}, options),
  cancel: (options) => bounded().cancel?.(access, {}, options) ?? Promise.reject(new Error('none')),
  balance: (options) => bounded().balance?.(access, options) ?? Promise.reject(new Error('none')),
  choices: (options) =>
    bounded().choices?.(access, 'voices', 1, options) ?? Promise.reject(new Error('none')),
  webhook: (options) =>
    bounded().webhook?.parse(access, { headers: {}, body: new Uint8Array(), receivedAt: 0 }, options) ??
    Promise.reject(new Error('none')),
};
const kinds = Object.keys(calls) as ProviderCallKind[];

function bounded() {
  return new BoundedRegistry(bench.dependencies.registry, bench.system).get(bench.provider.id);
}

/** From now on no call is answered. Returns the signals that the calls were given. */
function hangEverywhere(): AbortSignal[] {
  const signals: AbortSignal[] = [];
  const hang = (...input: readonly unknown[]): Promise<never> => {
    const { signal } = input.at(-1) as { signal: AbortSignal };
    signals.push(signal);
    return new Promise(() => undefined);
  };
  Object.assign(bench.provider, {
    resolveInput: hang,
    execute: hang,
    checkStatus: hang,
    cancel: hang,
    balance: hang,
    choices: hang,
    webhook: { acknowledgement: { contentType: 'text/plain', body: '' }, parse: hang },
  });
  return signals;
}

describe('a call that is not answered', () => {
  it.each(kinds.filter((kind) => kind !== 'submit'))('%s fails when its time is over', async (kind) => {
    const [signal] = [hangEverywhere()];
    const failure = calls[kind]().catch((error: unknown) => error);
    bench.system.advance(callLimitsMs[kind] - 1);
    expect(signal[0]?.aborted).toBe(false);
    bench.system.advance(1);
    expect(await failure).toMatchObject({
      class: 'ProviderUnavailableError',
      code: 'provider_unavailable',
      retry: 'later',
      accountEffect: 'none',
      charged: 'no',
      providerCode: `no answer within ${callLimitsMs[kind] / 1_000} s`,
    });
    expect([signal[0]?.aborted, bench.system.intervals]).toEqual([true, 0]);
  });

  it('submit is of unknown outcome when its time is over', async () => {
    hangEverywhere();
    const result = calls.submit();
    bench.system.advance(callLimitsMs.submit);
    expect(await result).toMatchObject({
      outcome: 'unknown',
      evidence: 'no answer within 120 s',
      error: { code: 'outcome_unknown', charged: 'unknown', retry: 'never' },
    });
  });

  it('ends with the signal of the caller as its adapter says', async () => {
    const caller = new AbortController();
    bench.provider.checkStatus.mockImplementationOnce(
      (_account, _handle, options) =>
        new Promise((_, reject) => {
          options?.signal?.addEventListener('abort', () => reject(new Error('the adapter says so')));
        }),
    );
    const failure = calls.check({ signal: caller.signal }).catch((error: unknown) => error);
    caller.abort();
    expect(await failure).toMatchObject({ message: 'the adapter says so' });
  });

  it('begins with a signal that is over when the signal of the caller is', async () => {
    const signals = hangEverywhere();
    void calls.check({ signal: AbortSignal.abort() });
    expect(signals[0]?.aborted).toBe(true);
  });
});

describe('a call that is answered', () => {
  it.each(kinds.filter((kind) => kind !== 'webhook'))('%s leaves no timer behind', async (kind) => {
    Object.assign(bench.provider, { choices: async () => ({ choices: [], next: null }) });
    await calls[kind]();
    expect(bench.system.intervals).toBe(0);
  });

  it('gives the answer and the failure of the adapter as they are', async () => {
    bench.provider.checkStatus.mockResolvedValueOnce(answers.completed());
    expect(await calls.check()).toEqual(answers.completed());
    const error = new Error('a bug');
    bench.provider.checkStatus.mockRejectedValueOnce(error);
    await expect(calls.check()).rejects.toBe(error);
  });

  it('leaves nothing behind when the adapter throws before it calls', async () => {
    bench.provider.checkStatus.mockImplementationOnce(() => {
      throw new Error('a bug');
    });
    const caller = new AbortController();
    const removed = vi.spyOn(caller.signal, 'removeEventListener');
    await expect(calls.check({ signal: caller.signal })).rejects.toThrow('a bug');
    expect([bench.system.intervals, removed.mock.calls.length]).toEqual([0, 1]);
  });

  it('keeps what an adapter does not have absent', () => {
    Object.assign(bench.provider, { cancel: undefined, balance: undefined, webhook: undefined });
    for (const call of ['cancel', 'balance', 'webhook']) {
      expect(bounded()).not.toHaveProperty(call);
    }
  });
});

describe('the registry', () => {
  it('has the same providers', () => {
    const registry = new BoundedRegistry(bench.dependencies.registry, bench.system);
    expect(registry.ids()).toEqual(bench.dependencies.registry.ids());
    expect(registry.list().map(({ id }) => id)).toEqual(registry.ids());
    expect([registry.has(bench.provider.id), registry.has('nobody')]).toEqual([true, false]);
    expect(() => registry.get('nobody')).toThrow('Provider nobody not found');
  });
});
