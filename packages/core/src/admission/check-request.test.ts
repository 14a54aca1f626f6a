import { beforeEach, describe, expect, it } from 'vitest';
import type { CreateJobRequest, Quote } from '@pixsim7/contracts';
import { findModel } from '@pixsim7/providers/contract';
import type { MapParameters } from '@pixsim7/providers/contract';
import { createBench, createFakeProvider, fakeMediaBytes } from '@pixsim7/testkit/bench';
import type { Bench, FakeProvider } from '@pixsim7/testkit/bench';
import { buildId, builtCaller } from '@pixsim7/testkit/builders';
import type { RequestError } from '../model/request-error.ts';

let cheap: FakeProvider;
let bench: Bench;

const usualMapping: MapParameters = createFakeProvider().mapParameters;

function openBench(mapParameters: MapParameters): void {
  cheap = createFakeProvider({}, { id: 'cheap', creditValueUsd: 0.01, mapParameters });
  bench = createBench({}, [cheap]);
}

beforeEach(() => openBench(usualMapping));

const request = (changes: Partial<CreateJobRequest> = {}): CreateJobRequest =>
  bench.request({ provider_id: 'auto', ...changes });

const quote = (changes: Partial<CreateJobRequest> = {}): Promise<Quote> =>
  bench.core.jobs.quote(builtCaller, request(changes));

/** The refusal, which has to be the same for the job and for its quote. */
async function refusalOf(changes: Partial<CreateJobRequest>): Promise<Pick<RequestError, 'code' | 'errors'>> {
  const [ofJob, ofQuote] = await Promise.all(
    [bench.core.jobs.create(builtCaller, request(changes), null), quote(changes)].map((work) =>
      work.then(
        () => {
          throw new Error('It was accepted.');
        },
        ({ code, errors }: RequestError) => ({ code, errors }),
      ),
    ),
  );
  expect(ofQuote).toEqual(ofJob);
  if (ofJob === undefined) {
    throw new Error('There is no refusal.');
  }
  return ofJob;
}

const standing = ({ route }: Quote): string[] =>
  (route?.candidates ?? []).map(({ provider_id: id, state }) => `${id} ${state}`);

describe('a request that leaves the provider to the rules', () => {
  it.each<[string, Partial<CreateJobRequest>, string]>([
    ['an unknown candidate', { candidates: [{ provider_id: 'nobody' }] }, '/candidates/0/provider_id'],
    ['auto as a candidate', { candidates: [{ provider_id: 'auto' }] }, '/candidates/0/provider_id'],
    [
      'a candidate that is named twice',
      { candidates: [{ provider_id: 'cheap' }, { provider_id: 'cheap', model: 'dream-1' }] },
      '/candidates/1/provider_id',
    ],
    ['an account', { account_id: buildId('account') }, '/account_id'],
    [
      'candidates beside a named provider',
      { provider_id: 'cheap', candidates: [{ provider_id: 'cheap' }] },
      '/candidates',
    ],
    [
      'an asset that nobody has',
      { operation_type: 'image_to_video', params: { image_url: buildId('asset') } },
      '/params/image_url',
    ],
  ])('is refused for %s', async (_, changes, pointer) => {
    const { code, errors } = await refusalOf(changes);
    expect(code).toBe('invalid_params');
    expect(errors.map((error) => error.pointer)).toEqual([pointer]);
  });

  it('is refused with the reasons of every candidate when nobody takes it', async () => {
    const { code, errors } = await refusalOf({ params: { prompt: 'a', duration: 7 } });
    expect(code).toBe('invalid_params');
    expect(errors.map(({ pointer, detail }) => `${pointer} ${detail.split(':')[0]}`)).toEqual([
      '/params/duration simulated',
      '/params/duration cheap',
    ]);
  });

  it('is refused for a file that nobody can use', async () => {
    const video = await bench.addAsset('video');
    const { code, errors } = await refusalOf({
      operation_type: 'image_to_video',
      params: { image_url: video },
    });
    expect(code).toBe('invalid_media');
    expect(errors).toHaveLength(2);
  });

  it('is refused for a bound that every price exceeds, each in its own credits', async () => {
    const { code, errors } = await refusalOf({ max_credits: 9 });
    expect(code).toBe('max_credits_exceeded');
    expect(errors).toMatchObject([
      { pointer: '/max_credits', detail: 'simulated: The price is 10 credits.', allowed: { minimum: 10 } },
      { pointer: '/max_credits', detail: 'cheap: The price is 10 credits.' },
    ]);
  });

  it('is refused under a bound when no price is known', async () => {
    openBench((operation, params) => {
      const mapping = usualMapping(operation, params);
      if (!mapping.ok) {
        return mapping;
      }
      return { ok: true, mapped: { ...mapping.mapped, price: { credits: null, unit: 'credits' } } };
    });
    const unpriced = { max_credits: 100, candidates: [{ provider_id: 'cheap' }] };
    expect(await refusalOf(unpriced)).toMatchObject({ code: 'price_unknown' });
    // The other one has a price, so it goes there.
    expect(standing(await quote({ max_credits: 100 }))).toEqual(['simulated possible', 'cheap refused']);
  });
});

describe('the candidates', () => {
  it('are all providers with an account that can be used', async () => {
    await bench.addAccount({ providerId: 'cheap', enabled: false });
    await bench.addAccount({ status: 'exhausted' });
    expect(standing(await quote())).toEqual(['simulated possible']);
  });

  it('are all providers while nobody has an account', async () => {
    expect(standing(await quote())).toEqual(['cheap possible', 'simulated possible']);
  });

  it('are the named ones, with or without accounts', async () => {
    await bench.addAccount();
    expect(standing(await quote({ candidates: [{ provider_id: 'cheap' }] }))).toEqual(['cheap possible']);
  });

  it('stay in the list with their reasons when they refuse', async () => {
    openBench((operation, params) =>
      params.duration === 8
        ? { ok: false, issues: [{ pointer: '/params/duration', code: 'not_allowed', detail: 'At most 5.' }] }
        : usualMapping(operation, params),
    );
    const { route } = await quote({ params: { prompt: 'a', duration: 8 } });
    expect(route?.candidates[1]).toEqual({
      provider_id: 'cheap',
      model: null,
      credits: null,
      unit: 'credits',
      cost_usd: null,
      state: 'refused',
      reason: '/params/duration: At most 5.',
    });
  });

  it('that do not offer the operation refuse it', async () => {
    openBench((operation, params) => {
      const [first, ...others] = cheap.manifest.operations;
      const found = findModel({ ...cheap.manifest, operations: others }, operation, params);
      expect(first?.operation_type).toBe('text_to_video');
      return found.ok ? usualMapping(operation, params) : found;
    });
    const { route } = await quote();
    expect(route?.candidates[1]).toMatchObject({
      state: 'refused',
      reason: '/operation_type: Simulated does not offer text_to_video here.',
    });
  });

  it('may each have a model of their own', async () => {
    openBench((operation, params) => {
      const mapping = usualMapping(operation, params);
      return mapping.ok ? { ok: true, mapped: { ...mapping.mapped, model: String(params.model) } } : mapping;
    });
    const modelAtCheap = async (candidates: CreateJobRequest['candidates']): Promise<unknown> => {
      const { route } = await quote({
        ...(candidates && { candidates }),
        params: { prompt: 'a', model: 'v1' },
      });
      return route?.candidates.find(({ provider_id: id }) => id === 'cheap')?.model;
    };
    expect(await modelAtCheap([{ provider_id: 'cheap', model: 'v2' }])).toBe('v2');
    expect(await modelAtCheap([{ provider_id: 'cheap' }])).toBe('v1');
    expect(await modelAtCheap(undefined)).toBe('v1');
  });

  it('leave out who cannot use a file, and the others get it', async () => {
    openBench((operation, params) => {
      const mapping = usualMapping(operation, params);
      if (!mapping.ok) {
        return mapping;
      }
      const slots = mapping.mapped.slots.map((slot) => ({
        ...slot,
        specification: { ...slot.specification, min_side_px: 1_000 },
      }));
      return { ok: true, mapped: { ...mapping.mapped, slots } };
    });
    bench.downloads.serve('https://example.com/a.png', fakeMediaBytes('image', 'small'));
    const job = await bench.addJob({
      provider_id: 'auto',
      operation_type: 'image_to_video',
      params: { image_url: 'https://example.com/a.png' },
    });
    expect(job.route?.candidates.map(({ provider_id: id, state }) => `${id} ${state}`)).toEqual([
      'simulated possible',
      'cheap refused',
    ]);
    expect(job.provider_id).toBe('simulated');
  });
});

describe('a quote', () => {
  it('gives the price of the provider that would get it, and ranks the others', async () => {
    await bench.addAccount();
    const account = await bench.addAccount({ providerId: 'cheap' }, { credits: 25 });
    expect(await quote()).toMatchObject({
      credits: 10,
      unit: 'credits',
      account_id: account.id,
      spendable_after: 15,
      route: {
        requested: 'auto',
        candidates: [
          { provider_id: 'cheap', model: 'dream-1', credits: 10, cost_usd: 0.1, state: 'chosen' },
          { provider_id: 'simulated', credits: 10, cost_usd: null, state: 'possible' },
        ],
      },
    });
  });

  it('names a full provider too, because money is the question', async () => {
    await bench.addAccount();
    await bench.addAccount({ providerId: 'cheap', maxConcurrent: 1 });
    await bench.addJob({ provider_id: 'cheap' });
    await bench.dispatch('cheap');
    expect(standing(await quote())[0]).toBe('cheap chosen');
  });

  it('names no account when nobody can pay', async () => {
    await bench.addAccount({ providerId: 'cheap' }, { credits: 1 });
    const { account_id: accountId, route } = await quote();
    expect(accountId).toBeUndefined();
    expect(route?.candidates[0]?.reason).toBe('Needs 10 credits, can spend 1.');
  });
});

describe('the job', () => {
  it('shows the cheapest provider as a forecast until one is chosen', async () => {
    const job = await bench.addJob({ provider_id: 'auto' });
    expect(job).toMatchObject({
      provider_id: 'cheap',
      model: 'dream-1',
      account_id: null,
      status: 'pending',
    });
    expect(job.route?.candidates.map(({ state, reason }) => `${state}: ${reason}`)).toEqual([
      'possible: Not asked yet.',
      'possible: Not asked yet.',
    ]);
  });

  it('that names its provider has no route', async () => {
    expect((await bench.addJob()).route).toBeNull();
    expect(await bench.core.jobs.quote(builtCaller, bench.request())).not.toHaveProperty('route');
  });

  it('is the same for the same key and request, and another one with other candidates', async () => {
    const made = await bench.addJob({ provider_id: 'auto' }, 'key');
    expect((await bench.addJob({ provider_id: 'auto' }, 'key')).id).toBe(made.id);
    const other = bench.addJob({ provider_id: 'auto', candidates: [{ provider_id: 'cheap' }] }, 'key');
    await expect(other).rejects.toMatchObject({ code: 'idempotency_key_reused' });
  });
});
