import { Registry } from 'prom-client';
import { beforeEach, describe, expect, it } from 'vitest';
import type { SubmissionId } from '@pixsim7/contracts';
import { FetchFailedError } from '@pixsim7/core';
import type { OutgoingHttp } from '@pixsim7/core';
import { ProviderRegistry, RateLimitError } from '@pixsim7/providers';
import type { AccountAccess, MappedRequest, ProviderAdapter } from '@pixsim7/providers';
import { answers, createFakeProvider } from '@pixsim7/testkit/bench';
import type { FakeProvider } from '@pixsim7/testkit/bench';
import { correlation, runAbout } from './correlation.ts';
import { observeAdapter, observeRegistry } from './observed-adapter.ts';
import { observeDownloads } from './observed-downloads.ts';
import { createProviderCalls } from './provider-calls.ts';
import type { ProviderCalls } from './provider-calls.ts';

const access: AccountAccess = { accountId: 'acc_1', credentials: { api_key: 'secret' }, baseUrl: null };
const request = { endpoint: { method: 'POST', path: '/x' }, body: '{}', payload: {} } as const;

let registry: Registry;
let calls: ProviderCalls;
let provider: FakeProvider;
let adapter: ProviderAdapter;
let now: number;

beforeEach(() => {
  now = 0;
  registry = new Registry();
  const logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
  calls = createProviderCalls({ registry, logger, monotonicNow: () => now });
  provider = createFakeProvider();
  adapter = observeAdapter(provider, calls);
});

/** Lines of a metric without its buckets and its time. */
const lines = async (name: string): Promise<string[]> =>
  (await registry.getSingleMetricAsString(name))
    .split('\n')
    .filter((line) => /^\w+(?:_count|_sum|_total)\{/.test(line));

const callLines = (): Promise<string[]> => lines('pixsim7_provider_call_duration_seconds');
const errorLines = (): Promise<string[]> => lines('pixsim7_provider_call_errors_total');
const tooMany = (): RateLimitError =>
  new RateLimitError({
    code: 'rate_limited',
    message: 'Too many calls.',
    retry: 'later',
    accountEffect: 'cooldown',
    charged: 'no',
  });
const labels = (call: string, outcome: string): string =>
  `{provider_id="${provider.id}",call="${call}",outcome="${outcome}"}`;

describe('an observed adapter', () => {
  it('answers as the adapter does, and hands everything on', async () => {
    const signal = new AbortController().signal;
    expect(await adapter.balance?.(access, { signal })).toEqual(await provider.balance(access));
    expect(provider.balance).toHaveBeenCalledWith(access, { signal });
    await adapter.execute('text_to_video', access, request, 'token', { signal });
    expect(provider.execute).toHaveBeenCalledWith('text_to_video', access, request, 'token', { signal });
    await adapter.checkStatus(access, { id: 1 }, { signal });
    expect(provider.checkStatus).toHaveBeenCalledWith(access, { id: 1 }, { signal });
    await adapter.cancel?.(access, { id: 1 }, { signal });
    expect(provider.cancel).toHaveBeenCalledWith(access, { id: 1 }, { signal });
    expect(adapter.manifest).toBe(provider.manifest);
    const mapped = { operation: 'text_to_video', plan: {} } as unknown as MappedRequest;
    const context = { account: access, webhookUrl: null };
    expect(adapter.buildRequest(mapped, new Map(), context)).toEqual(
      provider.buildRequest(mapped, new Map(), context),
    );
  });

  it('times each call', async () => {
    provider.checkStatus.mockImplementation(async () => {
      now += 250;
      return answers.processing();
    });
    await adapter.checkStatus(access, {});
    await adapter.checkStatus(access, {});
    expect(await callLines()).toEqual([
      `pixsim7_provider_call_duration_seconds_sum${labels('check', 'ok')} 0.5`,
      `pixsim7_provider_call_duration_seconds_count${labels('check', 'ok')} 2`,
    ]);
    expect(await errorLines()).toEqual([]);
  });

  it('counts a refused and an unanswered submit, which are values, by the class of their error', async () => {
    provider.execute.mockResolvedValueOnce({ outcome: 'rejected', error: tooMany() });
    provider.execute.mockResolvedValueOnce({ outcome: 'unknown', evidence: 'cut off', error: tooMany() });
    await adapter.execute('text_to_video', access, request, 'token');
    await adapter.execute('text_to_video', access, request, 'token');
    expect(await errorLines()).toEqual([
      `pixsim7_provider_call_errors_total{provider_id="${provider.id}",call="submit",class="RateLimitError"} 2`,
    ]);
    const counts = (await callLines()).filter((line) => line.includes('_count'));
    expect(counts).toEqual([
      `pixsim7_provider_call_duration_seconds_count${labels('submit', 'failed')} 1`,
      `pixsim7_provider_call_duration_seconds_count${labels('submit', 'unknown')} 1`,
    ]);
  });

  it('throws what the adapter throws, and calls a fault of ours unexpected', async () => {
    const failure = tooMany();
    provider.balance.mockRejectedValueOnce(failure).mockRejectedValueOnce(new TypeError('a bug'));
    await expect(adapter.balance?.(access)).rejects.toBe(failure);
    await expect(adapter.balance?.(access)).rejects.toThrow('a bug');
    expect((await errorLines()).map((line) => /class="(\w+)"/.exec(line)?.[1])).toEqual([
      'RateLimitError',
      'Unexpected',
    ]);
  });

  it('cannot do more than the adapter can', () => {
    const { balance: _balance, cancel: _cancel, ...less } = provider;
    const observed = observeAdapter(less, calls);
    expect(Object.keys(observed)).not.toContain('cancel');
    expect(Object.keys(observed)).not.toContain('balance');
    const all = observeRegistry(new ProviderRegistry().register(less), calls);
    expect(all.ids()).toEqual([provider.id]);
  });
});

describe('an observed download', () => {
  const limits = {
    timeoutMs: 1_000,
    pace: { silenceMs: 1_000, bytesPerSecond: 1, windowMs: 1_000 },
  };
  const url = 'https://media.example.com/video.mp4?signature=secret';
  const source = (chunks: readonly number[], failure?: Error): OutgoingHttp => ({
    checkUrl: () => undefined,
    download: async () =>
      (async function* () {
        for (const bytes of chunks) {
          now += 1_000;
          yield new Uint8Array(bytes);
        }
        if (failure !== undefined) {
          throw failure;
        }
      })(),
  });
  const inStep = <Result>(work: () => Promise<Result>): Promise<Result> =>
    runAbout({ step: 'ingest', submission_id: 'sub_1' as SubmissionId }, () => {
      correlation.add({ provider_id: provider.id });
      return work();
    });
  const readAll = async (outgoing: OutgoingHttp, most = Infinity): Promise<number> => {
    let bytes = 0;
    for await (const chunk of await observeDownloads(outgoing, calls).download(url, limits)) {
      bytes += chunk.byteLength;
      if (bytes >= most) {
        break;
      }
    }
    return bytes;
  };

  it('ends with the last byte, and counts bytes', async () => {
    expect(await inStep(() => readAll(source([10, 20])))).toBe(30);
    expect(await callLines()).toContain(
      `pixsim7_provider_call_duration_seconds_sum${labels('download', 'ok')} 2`,
    );
    expect(await lines('pixsim7_ingest_bytes_total')).toEqual([
      `pixsim7_ingest_bytes_total{provider_id="${provider.id}"} 30`,
    ]);
  });

  it.each([
    ['breaks off', () => readAll(source([10], new FetchFailedError('cut', null))), 'cut'],
    [
      'is refused',
      () =>
        readAll({
          checkUrl: () => undefined,
          download: () => Promise.reject(new FetchFailedError('gone', 410)),
        }),
      'gone',
    ],
  ])('fails when it %s', async (_, read, words) => {
    await expect(inStep(read)).rejects.toThrow(words);
    expect(await errorLines()).toEqual([
      `pixsim7_provider_call_errors_total{provider_id="${provider.id}",call="download",class="DownloadFailed"} 1`,
    ]);
  });

  it('fails when the reader leaves', async () => {
    await inStep(() => readAll(source([10, 20, 30]), 15));
    expect((await callLines()).find((line) => line.includes('_count'))).toBe(
      `pixsim7_provider_call_duration_seconds_count${labels('download', 'failed')} 1`,
    );
  });

  it('is not counted outside of a step: what a person imports is no call to a provider', async () => {
    expect(await readAll(source([10]))).toBe(10);
    expect(await callLines()).toEqual([]);
    expect(await lines('pixsim7_ingest_bytes_total')).toEqual([]);
  });
});
