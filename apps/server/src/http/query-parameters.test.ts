import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Asset, Account, Job, List } from '@pixsim7/contracts';
import { createImageFile } from '@pixsim7/testkit/builders';
import { openBench } from './__tests__/http-bench.ts';
import type { HttpBench } from './__tests__/http-bench.ts';
import { fileForm } from './__tests__/media-forms.ts';

let bench: HttpBench;
let jobs: Job[];

beforeAll(async () => {
  bench = await openBench();
  jobs = [];
  for (const [index, metadata] of [{ shot: '1' }, { shot: '2', scene: 'a' }, { shot: '2' }].entries()) {
    bench.system.advance(1_000);
    const json = {
      provider_id: 'pixverse',
      operation_type: 'text_to_video',
      params: { prompt: `boat ${index}`, model: index === 0 ? 'v5' : 'v4.5' },
      metadata,
    };
    jobs.push((await (await bench.send('POST', '/api/v1/jobs', { json })).json()) as Job);
  }
  await bench.send('POST', `/api/v1/jobs/${jobs[0]?.id}/cancel`);
  await bench.send('POST', '/api/v1/assets', {
    body: fileForm(await createImageFile(), 'red boat.png'),
  });
});
afterAll(() => bench.close());

const idsOf = (...indexes: number[]) => indexes.map((index) => jobs[index]?.id);
const listed = async (query: string): Promise<string[]> =>
  (await bench.json<List<Job>>('GET', `/api/v1/jobs?${query}`)).data.map(({ id }) => id);
const moment = (index: number): string => jobs[index]?.created_at ?? '';

describe('a query', () => {
  it.each([
    ['/api/v1/jobs?statuss=failed', 'statuss', 'Did you mean status?'],
    ['/api/v1/assets?media=image', 'media', 'Unknown query parameter media.'],
    ['/api/v1/accounts?providerid=pixverse', 'providerid', 'Did you mean provider_id?'],
    ['/api/v1/jobs/job_01k3v5m2q8r7t9w0x4y6z1a2b3?expand=all', 'expand', 'Unknown query parameter expand.'],
    ['/api/v1/providers?x=1', 'x', 'Unknown query parameter x.'],
    ['/api/v1/jobs?params[shot]=1', 'params[shot]', 'Unknown query parameter params[shot].'],
  ])('with a parameter that a route does not have is refused: %s', async (path, name, sentence) => {
    const problem = await bench.problem('GET', path);
    expect(problem).toMatchObject({
      status: 422,
      code: 'invalid_params',
      errors: [{ in: 'query', pointer: `/${name}`, code: 'not_supported' }],
    });
    expect(problem.detail).toContain(sentence);
  });

  it('is refused on a write too', async () => {
    const json = { provider_id: 'pixverse', operation_type: 'text_to_video', params: { prompt: 'a boat' } };
    expect(await bench.problem('POST', '/api/v1/jobs?dry_run=1', { json })).toMatchObject({ status: 422 });
  });

  it('says every value that is wrong, with its place', async () => {
    const problem = await bench.problem('GET', '/api/v1/jobs?limit=0&status=done,faild&created_after=noon');
    expect(problem.errors).toEqual([
      expect.objectContaining({ in: 'query', pointer: '/limit', detail: 'Must be at least 1.' }),
      expect.objectContaining({
        pointer: '/created_after',
        detail: expect.stringMatching(/^Must be a date and time/),
      }),
      expect.objectContaining({ pointer: '/status' }),
      expect.objectContaining({
        pointer: '/status',
        detail: expect.stringContaining('Did you mean failed?'),
      }),
    ]);
  });
});

describe('lists of jobs', () => {
  it('take several statuses', async () => {
    expect(await listed('status=cancelled')).toEqual(idsOf(0));
    expect(await listed('status=cancelled,pending')).toEqual(idsOf(2, 1, 0));
  });

  it('filter by model, metadata and account', async () => {
    expect(await listed('model=v5')).toEqual(idsOf(0));
    expect(await listed('metadata[shot]=2')).toEqual(idsOf(2, 1));
    expect(await listed('metadata[shot]=2&metadata[scene]=a')).toEqual(idsOf(1));
    expect(await listed('account_id=acc_01k3v5m2q8r7t9w0x4y6z1a2b3')).toEqual([]);
  });

  it('take moments with an offset, also when its plus came as a space', async () => {
    const inParis = new Date(Date.parse(moment(1)) + 7_200_000).toISOString().replace('Z', '+02:00');
    expect(await listed(`created_after=${encodeURIComponent(inParis)}`)).toEqual(idsOf(2));
    expect(await listed(`created_before=${inParis}`)).toEqual(idsOf(0));
  });

  it('go in both directions, and a cursor only in its own', async () => {
    const first = await bench.json<List<Job>>('GET', '/api/v1/jobs?sort=created_at&limit=2');
    expect(first.data.map(({ id }) => id)).toEqual(idsOf(0, 1));
    expect(await listed(`sort=created_at&limit=2&cursor=${first.next_cursor}`)).toEqual(idsOf(2));
    expect(await bench.problem('GET', `/api/v1/jobs?cursor=${first.next_cursor}`)).toMatchObject({
      errors: [{ in: 'query', pointer: '/cursor' }],
    });
  });

  it('say how a note is asked for', async () => {
    const { detail } = await bench.problem('GET', '/api/v1/jobs?metadata=shot');
    expect(detail).toBe('metadata: Must be written as metadata[name]=value.');
  });

  it('take an empty search as none', async () => {
    expect(await listed('q=')).toEqual(idsOf(2, 1, 0));
  });

  it.each([
    ['metadata=shot', '/metadata'],
    [`metadata[${'x'.repeat(61)}]=1`, `/metadata/${'x'.repeat(61)}`],
    ['metadata[shot]=1&metadata[shot]=2', '/metadata[shot]'],
    ['metadata[__proto__]=1', '/metadata/__proto__'],
    ['status=failed&status=cancelled', '/status'],
  ])('refuse %s', async (query, pointer) => {
    expect(await bench.problem('GET', `/api/v1/jobs?${query}`)).toMatchObject({
      errors: [{ in: 'query', pointer }],
    });
  });
});

describe('other lists', () => {
  it('find assets by words', async () => {
    const found = (query: string) => bench.json<List<Asset>>('GET', `/api/v1/assets?${query}`);
    expect((await found('q=RED')).data).toHaveLength(1);
    expect((await found('q=blue')).data).toEqual([]);
  });

  it('go through accounts in pages, oldest first', async () => {
    for (const label of ['one', 'two', 'three']) {
      const json = { provider_id: 'pixverse', label, credentials: { api_key: `key-of-${label}` } };
      bench.system.advance(1_000);
      expect((await bench.send('POST', '/api/v1/accounts', { json })).status).toBe(201);
    }
    const labels: string[] = [];
    let cursor: string | null = '';
    do {
      const query: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const page: List<Account> = await bench.json('GET', `/api/v1/accounts?limit=2${query}`);
      labels.push(...page.data.map(({ label }) => label));
      cursor = page.next_cursor;
    } while (cursor !== null);
    expect(labels).toEqual(['one', 'two', 'three']);
  });
});

describe('a body with several mistakes', () => {
  const request = { provider_id: 'pixverse', operation_type: 'text_to_video' };

  it('hears of all of them: what its schema refuses hides nothing that a rule refuses', async () => {
    const json = {
      ...request,
      params: { prompt: 'a boat', seed: 'x', duration: 99, quality: '540P' },
      model: 'v5',
    };
    for (const path of ['/api/v1/jobs', '/api/v1/quotes']) {
      const { errors } = await bench.problem('POST', path, { json });
      expect(errors.map(({ pointer }) => pointer).sort()).toEqual([
        '/model',
        '/params/duration',
        '/params/quality',
        '/params/seed',
      ]);
      expect(errors.every((error) => error.in === 'body')).toBe(true);
      const said = errors.map(({ detail }) => detail).join(' ');
      expect(said).toContain('Did you mean params.model?');
      expect(said).toContain('Did you mean 540p?');
    }
  });

  it('hears of a bound that does not go with auto beside the rest', async () => {
    const params = { prompt: 'a boat', seed: 'x', duration: 999 };
    const json = { ...request, provider_id: 'auto', params, max_credits: 3 };
    const { errors } = await bench.problem('POST', '/api/v1/quotes', { json });
    expect([...new Set(errors.map(({ pointer }) => pointer))].sort()).toEqual([
      '/max_credits',
      '/params/duration',
      '/params/seed',
    ]);
  });

  it('hears of a provider in another case', async () => {
    const json = { ...request, provider_id: 'PixVerse', params: { prompt: 'a boat' } };
    expect(await bench.problem('POST', '/api/v1/jobs', { json })).toMatchObject({
      errors: [{ pointer: '/provider_id', detail: 'Provider PixVerse not found. Did you mean pixverse?' }],
    });
  });

  it('hears of a header in our words', async () => {
    const problem = await bench.problem('POST', '/api/v1/jobs', {
      json: { ...request, params: { prompt: 'a boat' } },
      headers: { 'idempotency-key': 'with space' },
    });
    expect(problem.errors).toEqual([
      {
        in: 'header',
        pointer: expect.stringMatching(/^\/idempotency-key$/i),
        code: 'not_allowed',
        detail: 'Must be 1 to 255 visible ASCII characters.',
      },
    ]);
  });
});
