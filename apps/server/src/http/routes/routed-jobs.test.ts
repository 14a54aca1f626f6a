import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Account, Job, List, ProviderManifest, Quote, Submission } from '@pixsim7/contracts';
import { createStepHandlers } from '@pixsim7/core';
import { ProviderRegistry } from '@pixsim7/providers/contract';
import { answers, createFakeProvider, refusals } from '@pixsim7/testkit/bench';
import type { FakeProvider } from '@pixsim7/testkit/bench';
import { openBench } from '../__tests__/http-bench.ts';
import type { HttpBench } from '../__tests__/http-bench.ts';

const boat = { operation_type: 'text_to_video', provider_id: 'auto', params: { prompt: 'a paper boat' } };

let bench: HttpBench;
let second: FakeProvider;
let third: FakeProvider;

beforeEach(async () => {
  second = createFakeProvider({}, { id: 'second', creditValueUsd: 0.01 });
  third = createFakeProvider({}, { id: 'third', creditValueUsd: 0.02 });
  bench = await openBench({
    change: ({ registry }) => {
      const several = new ProviderRegistry();
      for (const adapter of [...registry.list(), second, third]) {
        several.register(adapter);
      }
      return { registry: several };
    },
  });
});

afterEach(() => bench.close());

const addAccount = (providerId: string, changes: object = {}): Promise<Account> =>
  bench.json('POST', '/api/v1/accounts', {
    json: {
      provider_id: providerId,
      label: providerId,
      credentials: { api_key: `key of ${providerId}` },
      ...changes,
    },
  });
const create = (changes: object = {}): Promise<Job> =>
  bench.json('POST', '/api/v1/jobs', { json: { ...boat, ...changes } });
const read = (id: string): Promise<Job> => bench.json('GET', `/api/v1/jobs/${id}`);
/** Dispatches and submits what is due, and lets no time pass: nobody asks the providers how they are getting on. */
async function runDue(): Promise<void> {
  const { dispatch, submit } = createStepHandlers(bench.dependencies);
  const { signal } = new AbortController();
  // A lane may call another one, and a refused job comes back: more rounds than there are providers.
  for (let round = 0; round < 5; round += 1) {
    for (const id of bench.dependencies.registry.ids()) {
      await dispatch?.(id, signal);
    }
    const due = await bench.database.transaction((transaction) =>
      transaction.submissions.due(bench.system.now(), 10),
    );
    for (const { id } of due) {
      await submit?.(id, signal);
    }
  }
}
const idsOf = async (query: string): Promise<string[]> =>
  (await bench.json<List<Job>>('GET', `/api/v1/jobs?${query}`)).data.map(({ id }) => id);

describe('a job with provider_id auto', () => {
  it('runs at the cheapest provider that can start it, and says why', async () => {
    await addAccount('third');
    const account = await addAccount('second');
    const { id } = await create();
    await runDue();
    expect(await read(id)).toMatchObject({
      status: 'processing',
      provider_id: 'second',
      account_id: account.id,
      credits: { quoted: 10, held: 10, unit: 'credits' },
      route: {
        requested: 'auto',
        candidates: [
          {
            provider_id: 'second',
            model: 'dream-1',
            credits: 10,
            cost_usd: 0.1,
            state: 'chosen',
            reason: 'Chosen: 10 credits (0.10 USD), 2 of 2 slots free.',
          },
          { provider_id: 'third', cost_usd: 0.2, state: 'possible' },
        ],
      },
    });
    expect(await idsOf('provider_id=second')).toEqual([id]);
    expect(await idsOf('provider_id=auto')).toEqual([id]);
    expect(await idsOf('provider_id=third')).toEqual([]);
  });

  it('moves on from a provider that is down, and shows both attempts', async () => {
    await addAccount('second');
    await addAccount('third');
    second.execute.mockResolvedValueOnce(answers.rejected(refusals.unavailable()));
    const { id } = await create();
    await runDue();
    const job = await read(id);
    expect(job.provider_id).toBe('third');
    expect(job.route?.candidates).toMatchObject([
      { provider_id: 'second', state: 'possible', until: expect.any(String) },
      { provider_id: 'third', state: 'chosen' },
    ]);
    const { data } = await bench.json<List<Submission>>('GET', `/api/v1/jobs/${id}/submissions`);
    expect(data.map(({ provider_id: at, state }) => `${at} ${state}`)).toEqual([
      'second rejected',
      'third accepted',
    ]);
  });

  it('does not take a refused prompt to the next provider', async () => {
    await addAccount('second');
    await addAccount('third');
    second.execute.mockResolvedValueOnce(answers.rejected(refusals.moderatedInput()));
    const { id } = await create();
    await runDue();
    expect(await read(id)).toMatchObject({ status: 'failed', error: { code: 'input_moderated' } });
    expect(third.execute).not.toHaveBeenCalled();
  });

  it('waits with a reason for every candidate, and starts where an account appears', async () => {
    const { id } = await create({ candidates: [{ provider_id: 'third' }, { provider_id: 'second' }] });
    await runDue();
    expect(await read(id)).toMatchObject({
      status: 'pending',
      wait: { reason: 'account' },
      route: {
        candidates: [
          { provider_id: 'third', reason: 'This provider has no account yet.' },
          { provider_id: 'second', reason: 'This provider has no account yet.' },
        ],
      },
    });
    await addAccount('third');
    await runDue();
    expect((await read(id)).provider_id).toBe('third');
  });

  it('is retried with the same choice', async () => {
    const { id } = await create({ candidates: [{ provider_id: 'third', model: 'dream-1' }] });
    await bench.send('POST', `/api/v1/jobs/${id}/cancel`);
    const retried = await bench.json<Job>('POST', `/api/v1/jobs/${id}/retry`);
    expect(retried.route?.candidates).toMatchObject([{ provider_id: 'third', model: 'dream-1' }]);
  });

  it('has no route when it names its provider', async () => {
    expect((await create({ provider_id: 'second' })).route).toBeNull();
  });
});

describe('a quote with provider_id auto', () => {
  it('ranks the providers by what they cost, and makes nothing', async () => {
    await addAccount('third');
    await addAccount('second');
    const quote = await bench.json<Quote>('POST', '/api/v1/quotes', { json: boat });
    expect(quote).toMatchObject({ credits: 10, spendable_after: 90 });
    expect(quote.route?.candidates.map(({ provider_id: id, cost_usd: cost }) => [id, cost])).toEqual([
      ['second', 0.1],
      ['third', 0.2],
    ]);
    expect(await idsOf('')).toEqual([]);
  });

  it('compares the real provider by what its credits are worth', async () => {
    const candidates = [{ provider_id: 'pixverse', model: 'v5' }, { provider_id: 'second' }];
    const { route } = await bench.json<Quote>('POST', '/api/v1/quotes', { json: { ...boat, candidates } });
    const [, pixverse] = route?.candidates ?? [];
    expect(pixverse).toMatchObject({ provider_id: 'pixverse', model: 'v5', state: 'possible' });
    expect(pixverse?.cost_usd).toBeCloseTo(Number(pixverse?.credits) * 0.01);
    const manifest = await bench.json<ProviderManifest>('GET', '/api/v1/providers/pixverse');
    expect(manifest.credit_value_usd).toBe(0.01);
  });

  it('leaves out who exceeds max_cost_usd', async () => {
    const candidates = [{ provider_id: 'pixverse' }, { provider_id: 'second' }];
    const json = { ...boat, candidates, max_cost_usd: 0.12 };
    const { route } = await bench.json<Quote>('POST', '/api/v1/quotes', { json });
    expect(route?.candidates).toMatchObject([
      { provider_id: 'second', state: 'possible' },
      {
        provider_id: 'pixverse',
        state: 'refused',
        reason: expect.stringMatching(/^\/max_cost_usd: The price is [\d.]+ USD\.$/u),
      },
    ]);
  });
});

describe('what is refused', () => {
  const accountId = 'acc_01k3v5m2q8r7t9w0x4y6z1a2b3';

  it.each<[string, object, string, string]>([
    [
      'an unknown candidate',
      { candidates: [{ provider_id: 'nobody' }] },
      '/candidates/0/provider_id',
      'not_allowed',
    ],
    [
      'auto as a candidate',
      { candidates: [{ provider_id: 'auto' }] },
      '/candidates/0/provider_id',
      'not_allowed',
    ],
    [
      'the same candidate twice',
      { candidates: [{ provider_id: 'second' }, { provider_id: 'second', model: 'dream-1' }] },
      '/candidates/1/provider_id',
      'not_unique',
    ],
    ['an empty list', { candidates: [] }, '/candidates', 'wrong_count'],
    [
      'more candidates than anybody has',
      { candidates: Array.from({ length: 21 }, (_, index) => ({ provider_id: `p${index}` })) },
      '/candidates',
      'wrong_count',
    ],
    ['a candidate that is a word', { candidates: ['second'] }, '/candidates/0', 'wrong_type'],
    [
      'a candidate without a provider',
      { candidates: [{ model: 'v5' }] },
      '/candidates/0/provider_id',
      'required',
    ],
    [
      'a name that no provider can have',
      { candidates: [{ provider_id: 'Second!' }] },
      '/candidates/0/provider_id',
      'not_allowed',
    ],
    [
      'an unknown member',
      { candidates: [{ provider_id: 'second', price: 1 }] },
      '/candidates/0/price',
      'not_supported',
    ],
    ['candidates that are no list', { candidates: 'second' }, '/candidates', 'wrong_type'],
    ['null', { candidates: null }, '/candidates', 'wrong_type'],
    ['an account', { account_id: accountId }, '/account_id', 'not_allowed'],
    [
      'candidates beside a named provider',
      { provider_id: 'second', candidates: [{ provider_id: 'second' }] },
      '/candidates',
      'not_allowed',
    ],
    ['a provider that nobody has', { provider_id: 'automatic' }, '/provider_id', 'not_allowed'],
  ])('%s, for the job and its quote alike', async (_, changes, pointer, code) => {
    const json = { ...boat, ...changes };
    const ofJob = await bench.problem('POST', '/api/v1/jobs', { json });
    const ofQuote = await bench.problem('POST', '/api/v1/quotes', { json });
    expect(ofJob).toMatchObject({ status: 422, code: 'invalid_params', errors: [{ pointer, code }] });
    expect(ofQuote.errors).toEqual(ofJob.errors);
    expect(await idsOf('')).toEqual([]);
  });

  it('what no candidate can make, with the reasons of each', async () => {
    const json = { ...boat, params: { ...boat.params, duration: 99 } };
    const problem = await bench.problem('POST', '/api/v1/jobs', { json });
    expect(problem).toMatchObject({ status: 422, code: 'invalid_params' });
    const told = problem.errors.map(({ pointer, detail }) => `${pointer} ${detail.split(':')[0]}`);
    expect(told).toEqual(
      expect.arrayContaining(['pixverse', 'second', 'third'].map((id) => `/params/duration ${id}`)),
    );
  });

  it('a bound that no candidate keeps', async () => {
    const problem = await bench.problem('POST', '/api/v1/jobs', { json: { ...boat, max_cost_usd: 0.01 } });
    expect(problem).toMatchObject({ status: 402, code: 'max_credits_exceeded' });
    expect(problem.errors).toHaveLength(bench.dependencies.registry.ids().length);
  });

  it('a bound in credits, which differ between providers', async () => {
    const problem = await bench.problem('POST', '/api/v1/jobs', { json: { ...boat, max_credits: 1 } });
    expect(problem.errors).toMatchObject([
      { pointer: '/max_credits', code: 'not_allowed', detail: expect.stringContaining('use max_cost_usd') },
    ]);
  });

  it('an account of a provider that is called auto', async () => {
    const json = { provider_id: 'auto', label: 'A', credentials: { api_key: 'k' } };
    expect((await bench.problem('POST', '/api/v1/accounts', { json })).errors).toMatchObject([
      { pointer: '/provider_id', code: 'not_allowed' },
    ]);
  });
});
