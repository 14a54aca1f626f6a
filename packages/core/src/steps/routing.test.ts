import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { CreateJobRequest, Job, JobId } from '@pixsim7/contracts';
import type { MapParameters, MappingResult } from '@pixsim7/providers/contract';
import {
  answers,
  createBench,
  createFakeProvider,
  outputUrl,
  refusals,
  fakeMediaBytes,
} from '@pixsim7/testkit/bench';
import type { Bench, FakeProvider } from '@pixsim7/testkit/bench';
import { builtCaller } from '@pixsim7/testkit/builders';
import type { AccountRow } from '../model/index.ts';

/** The price of its credits is published, so it is preferred to the usual one, whose is not. */
let cheap: FakeProvider;
let bench: Bench;
let atCheap: AccountRow;
let atUsual: AccountRow;

const auto = { provider_id: 'auto' } as const;

beforeEach(async () => {
  cheap = createFakeProvider({}, { id: 'cheap', creditValueUsd: 0.01 });
  bench = createBench({}, [cheap]);
  atCheap = await bench.addAccount({ providerId: 'cheap' });
  atUsual = await bench.addAccount();
});

const addJob = (changes: Partial<CreateJobRequest> = {}): Promise<Job> =>
  bench.addJob({ ...auto, ...changes });
const view = (id: JobId): Promise<Job> => bench.core.jobs.get(builtCaller, id);
const placesOf = async (id: JobId): Promise<string[]> =>
  (await bench.attempts(id)).map(({ providerId, state }) => `${providerId} ${state}`);
/** Dispatches and submits whatever is offered now, without waiting for anything. */
const runOffered = (): Promise<void> => bench.settle(bench.system.now());

describe('dispatch of a job that may run at several providers', () => {
  it('starts it at the best one and makes it a job of that provider', async () => {
    const job = await addJob();
    await bench.dispatch('cheap');
    expect(await bench.lastAttempt(job.id)).toMatchObject({ providerId: 'cheap', accountId: atCheap.id });
    expect(await view(job.id)).toMatchObject({
      status: 'processing',
      provider_id: 'cheap',
      account_id: atCheap.id,
      route: {
        requested: 'auto',
        candidates: [
          { provider_id: 'simulated', state: 'possible', cost_usd: null },
          { provider_id: 'cheap', state: 'chosen', credits: 10, cost_usd: 0.1 },
        ],
      },
    });
    expect(await bench.ledger((await bench.lastAttempt(job.id)).id)).toEqual(['hold 10']);
  });

  it('is offered in every lane, and a lane calls the better one instead of jumping its queue', async () => {
    const job = await addJob();
    expect(bench.queue.take().map(({ id }) => id)).toEqual(['simulated', 'cheap']);
    await bench.dispatch();
    expect(await bench.attempts(job.id)).toEqual([]);
    expect(bench.queue.take()).toMatchObject([{ step: 'dispatch', id: 'cheap' }]);
  });

  it('keeps what it called another lane for out of its own count', async () => {
    // Two slots there: the third job is for the lane that looks.
    const jobs = [await addJob(), await addJob(), await addJob()];
    bench.queue.take();
    await bench.dispatch();
    const placed = await Promise.all(jobs.map(({ id }) => placesOf(id)));
    expect(placed).toEqual([[], [], ['simulated prepared']]);
    await bench.dispatch('cheap');
    expect(await placesOf(jobs[0]?.id as JobId)).toEqual(['cheap prepared']);
  });

  it('lets an older job of the better provider go first', async () => {
    await bench.addJob({ provider_id: 'cheap' });
    await bench.addJob({ provider_id: 'cheap' });
    const routed = await addJob();
    await runOffered();
    expect((await placesOf(routed.id))[0]).toMatch(/^simulated/u);
  });

  it('goes to one place however many lanes look at it at once', async () => {
    const job = await addJob();
    await Promise.all([bench.dispatch('cheap'), bench.dispatch(), bench.dispatch('cheap')]);
    expect(await bench.attempts(job.id)).toHaveLength(1);
    expect(await bench.read((transaction) => transaction.credits.byJobs([job.id]))).toHaveLength(1);
  });

  it('waits with the reasons of all, and starts where the first place becomes free', async () => {
    for (const account of [atCheap, atUsual]) {
      await bench.core.accounts.update(builtCaller, account.id, { enabled: false });
    }
    const job = await addJob();
    await runOffered();
    expect(await view(job.id)).toMatchObject({
      status: 'pending',
      wait: { reason: 'account', detail: 'simulated: Switched off. cheap: Switched off.' },
      route: { candidates: [{ reason: 'Switched off.' }, { reason: 'Switched off.' }] },
    });
    const before = (await bench.job(job.id)).version;
    await bench.dispatch();
    await bench.dispatch('cheap');
    // Nothing new, nothing written.
    expect((await bench.job(job.id)).version).toBe(before);
    await bench.core.accounts.update(builtCaller, atUsual.id, { enabled: true });
    await runOffered();
    expect(await placesOf(job.id)).toEqual(['simulated accepted']);
  });

  it('does not hold up a lane whose slots would not help it', async () => {
    // Both slots of the cheap one are taken, and the usual one cannot pay 24 credits.
    const poor = await bench.addAccount({}, { credits: 15 });
    await bench.core.accounts.update(builtCaller, atUsual.id, { enabled: false });
    for (let count = 0; count < 2; count += 1) {
      await bench.addJob({ provider_id: 'cheap' });
    }
    await runOffered();
    for (let count = 0; count < 200; count += 1) {
      await addJob({ params: { prompt: 'long', duration: 8 } });
    }
    const named = await bench.addJob();
    await bench.dispatch();
    await bench.dispatch();
    expect(await bench.lastAttempt(named.id)).toMatchObject({ accountId: poor.id });
  });

  it('leaves a provider out that takes the parameters no more, and fails without any', async () => {
    const job = await addJob();
    const gone = { pointer: '/params/duration', code: 'not_allowed', detail: 'Must be 5.' };
    const refuse = (): MappingResult => ({ ok: false, issues: [gone] });
    vi.spyOn(cheap, 'mapParameters').mockImplementation(refuse);
    await runOffered();
    expect(await placesOf(job.id)).toEqual(['simulated accepted']);
    const [, left] = (await view(job.id)).route?.candidates ?? [];
    expect(left).toMatchObject({
      state: 'refused',
      reason: 'It no longer accepts this. /params/duration: Must be 5.',
    });

    vi.spyOn(cheap, 'mapParameters').mockRestore();
    const other = await addJob();
    for (const provider of [cheap, bench.provider]) {
      vi.spyOn(provider, 'mapParameters').mockImplementation(refuse);
    }
    await runOffered();
    expect(await view(other.id)).toMatchObject({
      status: 'failed',
      error: {
        code: 'internal',
        charged: 'no',
        message: 'No provider accepts this any more; nothing was sent. /params/duration: Must be 5.',
      },
    });
  });

  it('keeps max_credits although a price has risen since the job was made', async () => {
    const job = await addJob({ max_credits: 10 });
    const dearer: MapParameters = (...input) => {
      const mapping = bench.provider.mapParameters(...input);
      const price = { credits: 11, unit: 'credits' };
      return mapping.ok ? { ok: true, mapped: { ...mapping.mapped, price } } : mapping;
    };
    vi.spyOn(cheap, 'mapParameters').mockImplementation(dearer);
    await runOffered();
    expect(await placesOf(job.id)).toEqual(['simulated accepted']);
    expect((await view(job.id)).route?.candidates[1]).toMatchObject({
      state: 'refused',
      reason: 'It no longer accepts this. /max_credits: The price is 11 credits.',
    });
  });
});

describe('a certain rejection by the provider', () => {
  it.each([
    'modelGone',
    'fileRefused',
    'unavailable',
    'noCredits',
    'credentials',
    'tooMany',
    'rateLimit',
  ] as const)('by %s sends the job on to the next one', async (name) => {
    cheap.execute.mockResolvedValueOnce(answers.rejected(refusals[name]()));
    const job = await addJob();
    await runOffered();
    expect(await placesOf(job.id)).toEqual(['cheap rejected', 'simulated accepted']);
    const shown = await view(job.id);
    expect(shown).toMatchObject({ status: 'processing', provider_id: 'simulated' });
    expect(shown.route?.candidates[0]).toMatchObject({ provider_id: 'simulated', state: 'chosen' });
    const tokens = (await bench.attempts(job.id)).map(({ token }) => token);
    expect(new Set(tokens).size).toBe(2);
    const [first] = await bench.attempts(job.id);
    expect(first && (await bench.ledger(first.id))).toEqual(['hold 10', 'release 0']);
  });

  it.each(['invalid', 'moderatedInput'] as const)('by %s does not: it lies in the job', async (name) => {
    cheap.execute.mockResolvedValueOnce(answers.rejected(refusals[name]()));
    const job = await addJob();
    await runOffered();
    expect(await placesOf(job.id)).toEqual(['cheap rejected']);
    expect((await view(job.id)).error?.code).toBe(refusals[name]().code);
    expect(bench.provider.execute).not.toHaveBeenCalled();
  });

  it('by the last one fails the job with its reason, and shows what every one said', async () => {
    for (const provider of [cheap, bench.provider]) {
      provider.execute.mockResolvedValueOnce(answers.rejected(refusals.modelGone()));
    }
    const job = await addJob();
    await runOffered();
    const shown = await view(job.id);
    expect(shown).toMatchObject({ status: 'failed', error: { code: 'provider_rejected' } });
    expect(shown.route?.candidates.map(({ state }) => state)).toEqual(['rejected', 'rejected']);
    expect(await bench.attempts(job.id)).toHaveLength(2);
  });

  it('by every account of every provider fails the job', async () => {
    for (const provider of [cheap, bench.provider]) {
      provider.execute.mockResolvedValueOnce(answers.rejected(refusals.noCredits()));
    }
    const job = await addJob();
    await runOffered();
    expect(await view(job.id)).toMatchObject({ status: 'failed', error: { code: 'insufficient_credits' } });
  });

  it('over a file is not the reason when another provider would only need credits', async () => {
    cheap.execute.mockResolvedValueOnce(answers.rejected(refusals.noCredits()));
    bench.provider.execute.mockResolvedValueOnce(answers.rejected(refusals.fileRefused()));
    const job = await addJob();
    await runOffered();
    const shown = await view(job.id);
    expect(shown).toMatchObject({
      status: 'failed',
      error: { code: 'insufficient_credits', retryable: true },
    });
    expect(shown.route?.candidates.map(({ state }) => state)).toEqual(['rejected', 'possible']);
  });

  it('that will pass is tried again when its rest is over, if nobody else could take the job', async () => {
    await bench.core.accounts.update(builtCaller, atUsual.id, { enabled: false });
    cheap.execute.mockResolvedValueOnce(answers.rejected(refusals.unavailable()));
    const job = await addJob({ candidates: [{ provider_id: 'simulated' }, { provider_id: 'cheap' }] });
    await runOffered();
    const until = new Date(bench.system.now() + 2_000).toISOString();
    const shown = await view(job.id);
    expect(shown.wait).toMatchObject({
      reason: 'backoff',
      detail: 'cheap: The provider is down for maintenance.',
    });
    expect(shown.route?.candidates[1]).toMatchObject({ state: 'possible', until });
    bench.system.advance(2_000);
    await bench.dispatch('cheap');
    await runOffered();
    expect(await placesOf(job.id)).toEqual(['cheap rejected', 'cheap accepted']);
    expect((await view(job.id)).route?.candidates[1]?.until).toBeUndefined();
  });
});

describe('an unanswered submit', () => {
  it('stays where it is: the same token is sent again, and nobody else is asked', async () => {
    cheap.execute.mockResolvedValueOnce(answers.unanswered(refusals.noAnswer()));
    cheap.execute.mockResolvedValueOnce(answers.rejected(refusals.unavailable()));
    const job = await addJob();
    await bench.settle(bench.system.now() + 30_000);
    expect(await placesOf(job.id)).toEqual(['cheap accepted']);
    expect(new Set(cheap.execute.mock.calls.map(([, , , token]) => token)).size).toBe(1);
    expect(bench.provider.execute).not.toHaveBeenCalled();
  });

  it('waits for a person where the provider cannot be asked, and is not sent elsewhere', async () => {
    const unanswering = createFakeProvider({ idempotency: 'none' }, { id: 'cheap', creditValueUsd: 0.01 });
    bench = createBench({}, [unanswering]);
    await bench.addAccount({ providerId: 'cheap' });
    await bench.addAccount();
    unanswering.execute.mockResolvedValueOnce(answers.unanswered(refusals.noAnswer()));
    const job = await addJob();
    await bench.settle();
    expect(await view(job.id)).toMatchObject({
      status: 'processing',
      stage: 'needs_attention',
      provider_id: 'cheap',
    });
    await bench.dispatch();
    expect(bench.provider.execute).not.toHaveBeenCalled();
  });
});

describe('inputs of a routed job', () => {
  /** The same picture is a reference here, not the first frame. */
  const asReference: MapParameters = (operation, params) => {
    const mapping = createFakeProvider().mapParameters(operation, params);
    if (!mapping.ok) {
      return mapping;
    }
    const slots = mapping.mapped.slots.map((slot) => ({
      ...slot,
      role: 'reference' as const,
      name: 'reference/0',
    }));
    return { ok: true, mapped: { ...mapping.mapped, slots } };
  };

  beforeEach(async () => {
    cheap = createFakeProvider({}, { id: 'cheap', creditValueUsd: 0.01, mapParameters: asReference });
    bench = createBench({}, [cheap]);
    atCheap = await bench.addAccount({ providerId: 'cheap' });
    atUsual = await bench.addAccount();
  });

  const rolesOf = async (id: JobId): Promise<string[]> =>
    (await bench.read((transaction) => transaction.jobs.inputs(id))).map(({ role }) => role);

  it('are resolved for the account that runs it, in the roles that they have there', async () => {
    cheap.execute.mockResolvedValueOnce(answers.rejected(refusals.unavailable()));
    const image = await bench.addAsset('image');
    const job = await addJob({ operation_type: 'image_to_video', params: { image_url: image } });
    await bench.dispatch('cheap');
    expect(await rolesOf(job.id)).toEqual(['reference']);
    await runOffered();
    expect(await placesOf(job.id)).toEqual(['cheap rejected', 'simulated accepted']);
    expect(await rolesOf(job.id)).toEqual(['first_frame']);
    expect(cheap.resolveInput.mock.calls[0]?.[0].accountId).toBe(atCheap.id);
    expect(bench.provider.resolveInput.mock.calls[0]?.[0].accountId).toBe(atUsual.id);
    expect(bench.provider.resolveInput.mock.calls[0]?.[2].assetId).toBe(image);
  });

  it('may have been made by another provider', async () => {
    bench.downloads.serve(outputUrl, fakeMediaBytes('video', 'made at the usual one'));
    bench.provider.checkStatus.mockResolvedValue(answers.completed());
    const made = await bench.addJob();
    await bench.settle(bench.system.now() + 120_000);
    const [source] = (await view(made.id)).assets;
    if (source === undefined) {
      throw new Error('The first job made nothing.');
    }

    const extended = await addJob({ operation_type: 'video_extend', params: { video_url: source.id } });
    await runOffered();
    expect(await placesOf(extended.id)).toEqual(['cheap accepted']);
    const [account, , file] = cheap.resolveInput.mock.calls[0] ?? [];
    expect(account?.accountId).toBe(atCheap.id);
    // The row names its maker, so no adapter mistakes another provider's id for one of its own.
    expect(file?.madeBy).toMatchObject({ providerId: 'simulated', accountId: atUsual.id });
  });

  it('are fetched once for all providers', async () => {
    bench.downloads.serve('https://example.com/a.png', fakeMediaBytes('image', 'a'));
    const job = await addJob({
      operation_type: 'image_to_video',
      params: { image_url: 'https://example.com/a.png' },
    });
    expect(bench.downloads.requests).toHaveLength(1);
    expect((await bench.job(job.id)).params.image_url).toMatch(/^ast_/u);
  });
});

describe('a routed job', () => {
  it('is retried as one, with the same candidates', async () => {
    cheap.execute.mockResolvedValueOnce(answers.rejected(refusals.moderatedInput()));
    const candidates = [{ provider_id: 'cheap' }, { provider_id: 'simulated', model: 'dream-1' }];
    const job = await addJob({ candidates });
    await runOffered();
    const { job: retried } = await bench.core.jobs.retry(builtCaller, job.id, null);
    expect(retried.route?.candidates.map(({ provider_id: id, state }) => `${id} ${state}`)).toEqual([
      'cheap possible',
      'simulated possible',
    ]);
    expect((await bench.job(retried.id)).route?.requested).toEqual(candidates);
  });

  it('is listed under the provider that has it, and under auto', async () => {
    const job = await addJob();
    await bench.dispatch('cheap');
    const named = await bench.addJob();
    const idsAt = async (providerId: string): Promise<string[]> =>
      (await bench.core.jobs.list(builtCaller, { limit: 10, provider_id: providerId })).data.map(
        ({ id }) => id,
      );
    expect(await idsAt('cheap')).toEqual([job.id]);
    expect(await idsAt('simulated')).toEqual([named.id]);
    expect(await idsAt('auto')).toEqual([job.id]);
  });

  it('is cancelled while it waits, and no lane starts it', async () => {
    const job = await addJob();
    await bench.core.jobs.cancel(builtCaller, job.id);
    await runOffered();
    expect(await bench.attempts(job.id)).toEqual([]);
  });

  it('may go anywhere when a person decides to send it again', async () => {
    const unanswering = createFakeProvider({ idempotency: 'none' }, { id: 'cheap', creditValueUsd: 0.01 });
    bench = createBench({}, [unanswering]);
    const account = await bench.addAccount({ providerId: 'cheap' });
    await bench.addAccount();
    unanswering.execute.mockResolvedValueOnce(answers.unanswered(refusals.noAnswer()));
    const job = await addJob();
    await bench.settle();
    await bench.core.accounts.update(builtCaller, account.id, { enabled: false });
    await bench.core.jobs.resolve(builtCaller, job.id, 'resend');
    await runOffered();
    expect(await placesOf(job.id)).toEqual(['cheap gone', 'simulated accepted']);
  });
});
