import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Job, List, Quote, Submission } from '@pixsim7/contracts';
import { openBench } from '../__tests__/http-bench.ts';
import type { HttpBench } from '../__tests__/http-bench.ts';

const boat = {
  operation_type: 'text_to_video',
  provider_id: 'pixverse',
  params: { prompt: 'a paper boat', model: 'v5', quality: '540p', duration: 5 },
};

let bench: HttpBench;

beforeEach(async () => {
  bench = await openBench();
});

afterEach(() => bench.close());

describe('POST /api/v1/jobs', () => {
  it('creates a job and says where it is', async () => {
    const reply = await bench.send('POST', '/api/v1/jobs', { json: boat });
    const job = (await reply.json()) as Job;
    expect(reply.status).toBe(201);
    expect(reply.headers.get('location')).toBe(`/api/v1/jobs/${job.id}`);
    expect(job).toMatchObject({ object: 'job', status: 'pending', stage: 'queued', model: 'v5' });
    expect(job.credits).toMatchObject({ charged: null, held: 0 });
  });

  it('gives the same job for the same key and request, and says so', async () => {
    const headers = { 'Idempotency-Key': 'boat-1' };
    const first = await bench.send('POST', '/api/v1/jobs', { json: boat, headers });
    const repeated = await bench.send('POST', '/api/v1/jobs', { json: boat, headers });
    expect([first.status, repeated.status]).toEqual([201, 200]);
    expect(first.headers.has('idempotent-replayed')).toBe(false);
    expect(repeated.headers.get('idempotent-replayed')).toBe('true');
    expect(repeated.headers.has('location')).toBe(false);
    const ids = [(await first.json()) as Job, (await repeated.json()) as Job].map(({ id }) => id);
    expect(ids[0]).toBe(ids[1]);
  });

  it('takes the order of members for the same request', async () => {
    const headers = { 'Idempotency-Key': 'boat-1', 'content-type': 'application/json' };
    const reversed = Object.fromEntries(Object.entries(boat).toReversed());
    await bench.send('POST', '/api/v1/jobs', { json: boat, headers });
    const repeated = await bench.send('POST', '/api/v1/jobs', { body: JSON.stringify(reversed), headers });
    expect(repeated.status).toBe(200);
  });

  it('refuses a key that made another job', async () => {
    const headers = { 'Idempotency-Key': 'boat-1' };
    await bench.send('POST', '/api/v1/jobs', { json: boat, headers });
    const problem = await bench.problem('POST', '/api/v1/jobs', {
      json: { ...boat, name: 'other' },
      headers,
    });
    expect(problem.code).toBe('idempotency_key_reused');
  });

  it.each([
    ['empty', ''],
    ['with a space', 'two words'],
    ['longer than 255', 'x'.repeat(256)],
    ['not ASCII', 'schlüssel'],
  ])('refuses a key that is %s', async (_, key) => {
    const problem = await bench.problem('POST', '/api/v1/jobs', {
      json: boat,
      headers: { 'Idempotency-Key': key },
    });
    expect(problem).toMatchObject({
      code: 'invalid_params',
      errors: [{ pointer: '/Idempotency-Key', code: 'not_allowed' }],
    });
    expect((await bench.json<List<Job>>('GET', '/api/v1/jobs')).data).toEqual([]);
  });

  it('takes a key of 255 characters', async () => {
    const reply = await bench.send('POST', '/api/v1/jobs', {
      json: boat,
      headers: { 'Idempotency-Key': '~'.repeat(255) },
    });
    expect(reply.status).toBe(201);
  });

  it('makes one job of the same request sent ten times at once', async () => {
    const replies = await Promise.all(
      Array.from({ length: 10 }, () =>
        bench.json<Job>('POST', '/api/v1/jobs', { json: boat, headers: { 'Idempotency-Key': 'all' } }),
      ),
    );
    expect(new Set(replies.map(({ id }) => id)).size).toBe(1);
  });
});

describe('GET /api/v1/jobs', () => {
  const create = (changes: object = {}): Promise<Job> =>
    bench.json('POST', '/api/v1/jobs', { json: { ...boat, ...changes } });

  it('pages from the newest to the oldest', async () => {
    const made: string[] = [];
    for (let number = 0; number < 5; number += 1) {
      made.unshift((await create()).id);
      bench.system.advance(1_000);
    }
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const query: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const page: List<Job> = await bench.json('GET', `/api/v1/jobs?limit=2${query}`);
      seen.push(...page.data.map(({ id }) => id));
      cursor = page.next_cursor;
    }
    expect(seen).toEqual(made);
  });

  it('filters', async () => {
    const older = await create({ name: 'Lighthouse' });
    bench.system.advance(1_000);
    const boundary = new Date(bench.system.now()).toISOString();
    bench.system.advance(1_000);
    const newer = await create();
    await bench.send('POST', `/api/v1/jobs/${older.id}/cancel`);
    const idsOf = async (query: string): Promise<string[]> =>
      (await bench.json<List<Job>>('GET', `/api/v1/jobs?${query}`)).data.map(({ id }) => id);
    expect(await idsOf('status=cancelled')).toEqual([older.id]);
    expect(await idsOf('status=pending')).toEqual([newer.id]);
    expect(await idsOf('q=LIGHT')).toEqual([older.id]);
    expect(await idsOf(`created_after=${boundary}`)).toEqual([newer.id]);
    expect(await idsOf('operation_type=fusion')).toEqual([]);
    expect(await idsOf('provider_id=pixverse')).toEqual([newer.id, older.id]);
  });

  it.each([
    ['status=done', '/status', ['pending', 'processing', 'completed', 'failed', 'cancelled']],
    ['limit=0', '/limit', { minimum: 1 }],
    ['limit=101', '/limit', { maximum: 100 }],
    ['limit=many', '/limit', { minimum: 1, maximum: 100 }],
  ])('refuses %s', async (query, pointer, allowed) => {
    const problem = await bench.problem('GET', `/api/v1/jobs?${query}`);
    expect(problem).toMatchObject({ code: 'invalid_params', errors: [{ pointer, allowed }] });
  });

  it('refuses a cursor that no list gave', async () => {
    const problem = await bench.problem('GET', '/api/v1/jobs?cursor=abc');
    expect(problem.errors).toMatchObject([{ pointer: '/cursor' }]);
  });
});

describe('one job', () => {
  it('is not found under an id that does not exist or is none', async () => {
    for (const id of ['job_01k3v5m2q8r7t9w0x4y6z1a2b3', 'nonsense', 'acc_01k3v5m2q8r7t9w0x4y6z1a2b3']) {
      for (const [method, rest] of [
        ['GET', ''],
        ['GET', '/submissions'],
        ['POST', '/cancel'],
        ['POST', '/retry'],
      ] as const) {
        expect((await bench.problem(method, `/api/v1/jobs/${id}${rest}`)).code).toBe('not_found');
      }
    }
  });

  it('is cancelled at once, twice without harm', async () => {
    const { id } = await bench.json<Job>('POST', '/api/v1/jobs', { json: boat });
    expect(await bench.json('POST', `/api/v1/jobs/${id}/cancel`)).toMatchObject({ status: 'cancelled' });
    expect(await bench.json('POST', `/api/v1/jobs/${id}/cancel`)).toMatchObject({ status: 'cancelled' });
  });

  it('takes a decision only when it needs one, and only one that exists', async () => {
    const { id } = await bench.json<Job>('POST', '/api/v1/jobs', { json: boat });
    const path = `/api/v1/jobs/${id}/resolve`;
    expect(await bench.problem('POST', path, { json: { action: 'give_up' } })).toMatchObject({
      code: 'state_conflict',
      status: 409,
    });
    expect((await bench.problem('POST', path, { json: { action: 'pray' } })).errors).toMatchObject([
      { pointer: '/action', allowed: ['resend', 'give_up'] },
    ]);
    expect((await bench.problem('POST', path, { json: {} })).errors).toMatchObject([{ pointer: '/action' }]);
  });

  it('is retried as a new job, under the rules of the idempotency key', async () => {
    const { id } = await bench.json<Job>('POST', '/api/v1/jobs', { json: boat });
    expect((await bench.problem('POST', `/api/v1/jobs/${id}/retry`)).code).toBe('state_conflict');
    await bench.send('POST', `/api/v1/jobs/${id}/cancel`);
    const headers = { 'Idempotency-Key': 'again' };
    const first = await bench.send('POST', `/api/v1/jobs/${id}/retry`, { headers });
    const second = await bench.send('POST', `/api/v1/jobs/${id}/retry`, { headers });
    const job = (await first.json()) as Job;
    expect([first.status, second.status]).toEqual([201, 200]);
    expect(first.headers.get('location')).toBe(`/api/v1/jobs/${job.id}`);
    expect(job).toMatchObject({ retry_of: id, params: boat.params });
    expect(((await second.json()) as Job).id).toBe(job.id);
  });

  it('has no submissions before it was dispatched', async () => {
    const { id } = await bench.json<Job>('POST', '/api/v1/jobs', { json: boat });
    expect(await bench.json<List<Submission>>('GET', `/api/v1/jobs/${id}/submissions`)).toEqual({
      data: [],
      next_cursor: null,
    });
  });
});

describe('POST /api/v1/quotes', () => {
  it('prices a job and makes none', async () => {
    const quote = await bench.json<Quote>('POST', '/api/v1/quotes', { json: boat });
    expect(quote.credits).toBeGreaterThan(0);
    expect((await bench.json<List<Job>>('GET', '/api/v1/jobs')).data).toEqual([]);
  });

  it('refuses what the job would be refused for', async () => {
    const json = { ...boat, params: { ...boat.params, duration: 7 } };
    const ofQuote = await bench.problem('POST', '/api/v1/quotes', { json });
    const ofJob = await bench.problem('POST', '/api/v1/jobs', { json });
    expect(ofQuote.errors).toEqual(ofJob.errors);
  });
});
