import { beforeEach, describe, expect, it } from 'vitest';
import type { CreateJobRequest } from '@pixsim7/contracts';
import { createBench, fakeMediaBytes } from '@pixsim7/testkit/bench';
import type { Bench } from '@pixsim7/testkit/bench';
import { buildId, builtCaller, buildCaller } from '@pixsim7/testkit/builders';
import type { RequestError } from '../model/request-error.ts';
import { FetchFailedError, UnsafeUrlError } from '../ports/index.ts';

let bench: Bench;
beforeEach(() => {
  bench = createBench();
});

async function refusalOf(work: Promise<unknown>): Promise<Pick<RequestError, 'code' | 'errors' | 'message'>> {
  const error: unknown = await work.then(
    () => new Error('It was accepted.'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof Error) || !('errors' in error)) {
    throw error;
  }
  const { code, errors, message } = error as RequestError;
  return { code, errors, message };
}

describe('a job and its quote', () => {
  it.each<[string, Partial<CreateJobRequest>, string, string]>([
    ['an unknown provider', { provider_id: 'nobody' }, 'invalid_params', '/provider_id'],
    [
      'parameters that are not possible',
      { params: { prompt: 'a', duration: 7 } },
      'invalid_params',
      '/params/duration',
    ],
    ['a missing parameter', { params: {} }, 'invalid_params', '/params/prompt'],
    ['an unknown account', { account_id: buildId('account') }, 'invalid_params', '/account_id'],
    ['a price over the bound', { max_credits: 9 }, 'max_credits_exceeded', '/max_credits'],
    [
      'an asset that is not there',
      { operation_type: 'image_to_video', params: { image_url: buildId('asset') } },
      'invalid_params',
      '/params/image_url',
    ],
  ])('are refused alike for %s', async (_, changes, code, pointer) => {
    const request = bench.request(changes);
    const ofJob = await refusalOf(bench.core.jobs.create(builtCaller, request, null));
    const ofQuote = await refusalOf(bench.core.jobs.quote(builtCaller, request));
    expect(ofQuote).toEqual(ofJob);
    expect(ofJob.code).toBe(code);
    expect(ofJob.errors.map((error) => error.pointer)).toEqual([pointer]);
  });

  it('are refused alike for a file of the wrong kind', async () => {
    const request = bench.request({
      operation_type: 'image_to_video',
      params: { image_url: await bench.addAsset('video') },
    });
    const ofJob = await refusalOf(bench.core.jobs.create(builtCaller, request, null));
    expect(await refusalOf(bench.core.jobs.quote(builtCaller, request))).toEqual(ofJob);
    expect(ofJob).toMatchObject({ code: 'invalid_media', errors: [{ pointer: '/params/image_url' }] });
  });

  it('are refused alike for the asset of somebody else', async () => {
    const id = await bench.addAsset('image');
    const stranger = buildCaller();
    const request = bench.request({ operation_type: 'image_to_video', params: { image_url: id } });
    expect(await refusalOf(bench.core.jobs.quote(stranger, request))).toMatchObject({
      code: 'invalid_params',
    });
    expect(await refusalOf(bench.core.jobs.create(stranger, request, null))).toMatchObject({
      code: 'invalid_params',
    });
  });

  it('name everything that is wrong at once', async () => {
    const request = bench.request({ params: { duration: 7, style: 'clay' } });
    const { errors, message } = await refusalOf(bench.core.jobs.quote(builtCaller, request));
    expect(errors).toHaveLength(3);
    expect(message).toBe('3 values must change.');
  });
});

describe('a quote', () => {
  it('says what it costs, who would run it, and what is left', async () => {
    const account = await bench.addAccount({}, { credits: 25 });
    expect(await bench.core.jobs.quote(builtCaller, bench.request())).toEqual({
      credits: 10,
      unit: 'credits',
      cost_usd: null,
      account_id: account.id,
      spendable_after: 15,
      warnings: [],
    });
  });

  it('names a full account too, because money is the question', async () => {
    const account = await bench.addAccount({ maxConcurrent: 1 });
    await bench.preparedAttempt();
    expect((await bench.core.jobs.quote(builtCaller, bench.request())).account_id).toBe(account.id);
  });

  it('does not invent an account or a balance', async () => {
    expect(await bench.core.jobs.quote(builtCaller, bench.request())).toEqual({
      credits: 10,
      unit: 'credits',
      cost_usd: null,
      warnings: [],
    });
    await bench.addAccount({}, { credits: null });
    expect(await bench.core.jobs.quote(builtCaller, bench.request())).not.toHaveProperty('spendable_after');
  });

  it('spends, fetches and writes nothing', async () => {
    await bench.addAccount();
    const request = bench.request({
      operation_type: 'image_to_video',
      params: { image_url: 'https://example.com/a.png' },
    });
    bench.queue.take();
    expect(await bench.commitsDuring(() => bench.core.jobs.quote(builtCaller, request))).toBe(0);
    expect(bench.downloads.requests).toEqual([]);
    expect(bench.queue.take()).toEqual([]);
    expect(bench.provider.execute).not.toHaveBeenCalled();
  });

  it('says that a price is not known, and a bound cannot be kept then', async () => {
    const { mapParameters } = bench.provider;
    Object.assign(bench.provider, {
      mapParameters: (...input: Parameters<typeof mapParameters>) => {
        const result = mapParameters(...input);
        return result.ok
          ? { ok: true, mapped: { ...result.mapped, price: { credits: null, unit: 'credits' } } }
          : result;
      },
    });
    expect(await bench.core.jobs.quote(builtCaller, bench.request())).toMatchObject({
      credits: null,
      warnings: [{ code: 'price_unknown' }],
    });
    const bounded = bench.request({ max_credits: 1_000 });
    expect((await refusalOf(bench.core.jobs.quote(builtCaller, bounded))).code).toBe('price_unknown');
    expect((await refusalOf(bench.core.jobs.create(builtCaller, bounded, null))).code).toBe('price_unknown');
    expect((await bench.addJob()).credits.quoted).toBeNull();
  });
});

describe('an input that comes by URL', () => {
  const url = 'https://example.com/a.png';
  const byUrl = (source = url) =>
    bench.request({ operation_type: 'image_to_video', params: { image_url: source } });

  it.each([
    ['cannot be fetched', new FetchFailedError('Not found.', 404), 'input_unreachable'],
    ['may not be fetched', new UnsafeUrlError('10.0.0.1 is not public.'), 'unsafe_url'],
    ['is no media file', new TextEncoder().encode('<html>'), 'invalid_media'],
    ['is another kind of media', fakeMediaBytes('video', 'a'), 'invalid_media'],
  ])('refuses the job when it %s', async (_, answer, code) => {
    bench.downloads.serve(url, answer);
    expect(await refusalOf(bench.core.jobs.create(builtCaller, byUrl(), null))).toMatchObject({
      code,
      errors: [{ pointer: '/params/image_url', code }],
    });
    expect((await bench.core.jobs.list(builtCaller, { limit: 1 })).data).toEqual([]);
  });

  it('refuses a data URL that cannot be read', async () => {
    const refusal = await refusalOf(bench.core.jobs.create(builtCaller, byUrl('data:image/png,abc'), null));
    expect(refusal).toMatchObject({ code: 'invalid_params', errors: [{ pointer: '/params/image_url' }] });
  });

  it('is never trusted, whatever its host', async () => {
    bench.downloads.serve(url, fakeMediaBytes('image', 'a'));
    await bench.core.jobs.create(builtCaller, byUrl(), null);
    expect(bench.downloads.requests[0]?.limits.trustedOrigin).toBeUndefined();
  });
});
