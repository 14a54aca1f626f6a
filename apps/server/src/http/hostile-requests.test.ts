import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Job, List, Problem } from '@pixsim7/contracts';
import { openBench } from './__tests__/http-bench.ts';
import type { HttpBench, RequestOptions } from './__tests__/http-bench.ts';

let bench: HttpBench;

beforeAll(async () => {
  bench = await openBench({ limits: { requestBurst: 10_000, heldReplies: 2 } });
});

afterEach(() => expectNoJobs());

afterAll(() => bench.close());

const json = { 'content-type': 'application/json' };
const job = { operation_type: 'text_to_video', provider_id: 'pixverse', params: { prompt: 'a boat' } };
const text = (more: string): string => `${JSON.stringify(job).slice(0, -1)},${more}}`;

async function expectNoJobs(): Promise<void> {
  expect((await bench.json<List<Job>>('GET', '/api/v1/jobs')).data).toEqual([]);
}

async function refusal(
  body: RequestOptions['body'],
  headers: Record<string, string> = json,
): Promise<Problem> {
  return bench.problem('POST', '/api/v1/jobs', { headers, ...(body === undefined ? {} : { body }) });
}

describe('a body that cannot be read exactly', () => {
  it.each<[string, RequestOptions['body'], string]>([
    ['is not UTF-8', Buffer.from(text('"name":"caf\xe9"'), 'latin1'), 'not UTF-8'],
    ['is UTF-16', Buffer.from(JSON.stringify(job), 'utf16le'), 'unexpected character'],
    ['starts with a byte order mark', `\ufeff${JSON.stringify(job)}`, 'byte order mark'],
    ['is empty', '', 'The body is empty'],
    ['is only white space', ' '.repeat(1_000_000), 'ends too early'],
    ['continues after its value', `${JSON.stringify(job)}{}`, 'unexpected character'],
  ])('%s: 400 with the place', async (_, body, detail) => {
    const problem = await refusal(body);
    expect(problem).toMatchObject({ status: 400, code: 'malformed_request', errors: [], charged: 'no' });
    expect(problem.detail).toContain(detail);
    expect(problem.detail).toMatch(body === '' ? /expected\.$/u : /\(line \d+, column \d+\)$/u);
  });

  it.each<[string, string, string, string]>([
    ['a duplicate key', '"max_credits":100,"max_credits":1', '/max_credits', 'not_unique'],
    ['an integer beyond 2^53', '"priority":9007199254740993', '/priority', 'not_exact'],
    ['more digits than a double has', '"max_credits":45.00000000000000001', '/max_credits', 'not_exact'],
    ['1e999', '"max_credits":1e999', '/max_credits', 'not_exact'],
    ['a lone surrogate', '"name":"\\ud83d"', '/name', 'not_allowed'],
    ['a NUL character', '"metadata":{"a":"\\u0000"}', '/metadata/a', 'not_allowed'],
    ['__proto__', '"__proto__":{"max_credits":1}', '', 'not_allowed'],
    ['constructor', '"metadata":{"constructor":"x"}', '/metadata', 'not_allowed'],
    ['a key of 13 MB', `"${'k'.repeat(13_000_000)}":1`, '', 'too_long'],
    [
      '100,000 keys',
      Array.from({ length: 100_000 }, (__, index) => `"k${index}":1`).join(','),
      '',
      'wrong_count',
    ],
    ['a prompt of 2 MB in Chinese', `"name":"${'船'.repeat(700_000)}"`, '/name', 'too_long'],
  ])('%s: 422 with a pointer', async (_, more, pointer, code) => {
    const problem = await refusal(text(more));
    expect(problem).toMatchObject({ status: 422, code: 'invalid_params', errors: [{ pointer, code }] });
    expect(JSON.stringify(problem).length).toBeLessThan(2_000);
  });

  it.each<[string, Record<string, string>]>([
    ['a charset other than UTF-8', { 'content-type': 'application/json; charset=iso-8859-1' }],
    ['a compressed body', { ...json, 'content-encoding': 'gzip' }],
    ['no Content-Type', { 'content-type': '' }],
  ])('%s: 415', async (_, headers) => {
    expect(await refusal(Buffer.from(JSON.stringify(job)), headers)).toMatchObject({
      status: 415,
      code: 'unsupported_media_type',
    });
  });

  it.each([
    'application/json; charset=utf-8',
    'application/json; charset="UTF-8"',
    'application/merge-patch+json',
  ])('is accepted with %s', async (contentType) => {
    const reply = await bench.send('POST', '/api/v1/quotes', {
      body: JSON.stringify(job),
      headers: { 'content-type': contentType },
    });
    expect(reply.status).toBe(200);
  });
});

describe('a body where none is taken', () => {
  const path = '/api/v1/jobs/job_01k3v5m2q8r7t9w0x4y6z1a2b3/retry';

  it('is refused rather than ignored', async () => {
    expect(await bench.problem('POST', path, { json: { max_credits: 1 } })).toMatchObject({
      status: 422,
      errors: [{ pointer: '', code: 'not_supported' }],
    });
    expect(
      await bench.problem('POST', path, { body: 'a=1', headers: { 'content-type': 'text/plain' } }),
    ).toMatchObject({ status: 415 });
  });

  it('can be an empty object, which some clients always send', async () => {
    expect(await bench.problem('POST', path, { json: {} })).toMatchObject({ status: 404 });
    expect(await bench.problem('POST', path)).toMatchObject({ status: 404 });
  });
});

describe('bounds by route', () => {
  it.each([
    ['POST', '/api/v1/accounts'],
    ['PATCH', '/api/v1/accounts/acc_01k3v5m2q8r7t9w0x4y6z1a2b3'],
    ['POST', '/api/v1/assets'],
    ['POST', '/api/v1/jobs/job_01k3v5m2q8r7t9w0x4y6z1a2b3/resolve'],
    ['POST', '/api/v1/jobs/job_01k3v5m2q8r7t9w0x4y6z1a2b3/cancel'],
  ])('%s %s takes 64 KB', async (method, path) => {
    const body = `{"a":"${'x'.repeat(65_536)}"}`;
    expect(await bench.problem(method, path, { body, headers: json })).toMatchObject({
      status: 413,
      code: 'payload_too_large',
    });
  });

  it.each([
    [
      '51 keys of metadata',
      { metadata: Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`k${index}`, 'v'])) },
    ],
    ['metadata with a long key', { metadata: { ['k'.repeat(61)]: 'v' } }],
    ['metadata with a long value', { metadata: { k: 'v'.repeat(501) } }],
  ])('%s are refused', async (_, more) => {
    const problem = await bench.problem('POST', '/api/v1/jobs', { json: { ...job, ...more } });
    expect(problem.code).toBe('invalid_params');
    expect(problem.errors[0]?.pointer).toMatch(/^\/metadata/u);
  });

  it('states the bound of metadata', async () => {
    const metadata = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`k${index}`, 'v']));
    const { errors } = await bench.problem('POST', '/api/v1/jobs', { json: { ...job, metadata } });
    expect(errors).toMatchObject([{ pointer: '/metadata', allowed: { max_properties: 50 } }]);
  });

  it('neither a URL nor an option of a provider can be used to send a file', async () => {
    const image_url = `https://example.com/${'x'.repeat(8_192)}`;
    for (const [params, pointer] of [
      [{ ...job.params, image_url }, '/params/image_url'],
      [{ ...job.params, image_urls: ['https://example.com/a.png', image_url] }, '/params/image_urls/1'],
      [{ ...job.params, provider_options: { a: [{ b: 'x'.repeat(4_097) }] } }, '/params/provider_options'],
    ] as const) {
      const problem = await bench.problem('POST', '/api/v1/jobs', { json: { ...job, params } });
      expect(problem.errors).toMatchObject([{ pointer, code: 'not_allowed' }]);
      expect(JSON.stringify(problem).length).toBeLessThan(2_000);
    }
  });
});

describe('an error reply', () => {
  it('contains the first 20 errors and the number of further ones', async () => {
    const more = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`field_${index}`, index]));
    const problem = await bench.problem('POST', '/api/v1/jobs', { json: { ...job, ...more } });
    expect(problem.errors).toHaveLength(20);
    expect(problem).toMatchObject({ more_errors: 480, detail: '500 values must change.' });
  });

  it('cuts what it repeats from the request, and keeps pointers valid', async () => {
    const long = 'k'.repeat(190);
    const params = { ...job.params, provider_options: { a: 1 }, [long]: 1 };
    const { errors } = await bench.problem('POST', '/api/v1/jobs', { json: { ...job, params } });
    expect(errors.map(({ pointer }) => pointer)).toContain(`/params/${long}`);
    const missing = await bench.problem('GET', `/api/v1/jobs/${'x'.repeat(8_000)}`);
    expect(missing.detail).toHaveLength(500);
  });
});

describe('an address that cannot be read exactly', () => {
  it.each([
    ['/api/v1/jobs?q=%', 400, 'malformed_request'],
    ['/api/v1/jobs?limit=1&q=%zz', 400, 'malformed_request'],
    ['/api/v1/jobs?q=%ff', 400, 'malformed_request'],
    ['/api/v1/jobs?%c3=1', 400, 'malformed_request'],
    ['/api/v1/jobs/%e0%80%80', 400, 'malformed_request'],
    ['/api/v1/jobs?limit=1&limit=2', 422, 'invalid_params'],
    ['/api/v1/jobs?limit=1&%6cimit=1', 422, 'invalid_params'],
    ['/api/v1/jobs?limit=', 422, 'invalid_params'],
    ['/api/v1/jobs?limit=0x10', 422, 'invalid_params'],
    ['/api/v1/jobs?limit=1e1', 422, 'invalid_params'],
    ['/api/v1/jobs?limit=+5', 422, 'invalid_params'],
    ['/api/v1/jobs?limit=5.5', 422, 'invalid_params'],
    ['/api/v1/jobs?limit=١', 422, 'invalid_params'],
    ['/api/v1/jobs?q=%00', 422, 'invalid_params'],
    ['/api/v1/events?after=', 422, 'invalid_params'],
    ['/api/v1/events?after=-1', 422, 'invalid_params'],
    ['/api/v1/events?after=9999999999999999', 422, 'invalid_params'],
  ])('%s: %i', async (path, status, code) => {
    expect(await bench.problem('GET', path)).toMatchObject({ status, code });
  });

  it('decodes plus signs and percent-encoding', async () => {
    for (const query of ['q=a+b', 'q=%F0%9F%98%80', 'q=a=b', 'limit=100', 'limit=007']) {
      expect((await bench.send('GET', `/api/v1/jobs?${query}`)).status).toBe(200);
    }
  });
});

describe('a header that cannot be read exactly', () => {
  it.each([
    ['idempotency-key', 'x'.repeat(256)],
    ['idempotency-key', 'two words'],
    ['idempotency-key', 'first, second'],
    ['idempotency-key', 'caf\xe9'],
  ])('%s: %s', async (name, value) => {
    const problem = await bench.problem('POST', '/api/v1/jobs', { json: job, headers: { [name]: value } });
    expect(problem).toMatchObject({ code: 'invalid_params', errors: [{ pointer: '/Idempotency-Key' }] });
  });

  it.each(['abc', '1e3', '', '-1', '1, 2'])('Last-Event-ID: %j', async (value) => {
    const headers = { 'last-event-id': value };
    expect(await bench.problem('GET', '/api/v1/events', { headers })).toMatchObject({ status: 422 });
  });
});

describe('held replies', () => {
  it('are bounded for each API key, and released when the client disconnects', async () => {
    const leaving = new AbortController();
    const streams = [1, 2].map(() => bench.send('GET', '/api/v1/events', { signal: leaving.signal }));
    expect((await Promise.all(streams)).map(({ status }) => status)).toEqual([200, 200]);
    for (const path of ['/api/v1/events', '/api/v1/jobs/job_01k3v5m2q8r7t9w0x4y6z1a2b3?wait=1']) {
      expect(await bench.problem('GET', path)).toMatchObject({
        status: 429,
        code: 'too_many_requests',
        retryable: true,
      });
    }
    leaving.abort();
    const after = await bench.send('GET', '/api/v1/events');
    expect(after.status).toBe(200);
    await after.body?.cancel();
    // A reply that is not held is not counted.
    expect(await bench.problem('GET', '/api/v1/jobs/job_01k3v5m2q8r7t9w0x4y6z1a2b3')).toMatchObject({
      status: 404,
    });
  });
});

describe('the address of an account', () => {
  it.each([
    'https://user:password@api.example.com',
    'https://user@api.example.com',
    'https://api.example.com/?key=1',
    'https://api.example.com/#top',
    'https://api.example.com?',
    'ftp://api.example.com',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'https://api.example.com/\n',
    'https://api.exa\tmple.com',
    'https:\\\\api.example.com',
    'https://café.example.com',
    'https://',
    'api.example.com',
    '',
  ])('%j is refused without repeating it', async (base_url) => {
    const account = { provider_id: 'pixverse', label: 'A', credentials: { api_key: 'k' }, base_url };
    const problem = await bench.problem('POST', '/api/v1/accounts', { json: account });
    expect(problem.errors).toMatchObject([{ pointer: '/base_url', code: 'not_allowed' }]);
    expect(JSON.stringify(problem)).not.toContain('password@');
    const changed = await bench.problem('PATCH', '/api/v1/accounts/acc_01k3v5m2q8r7t9w0x4y6z1a2b3', {
      json: { base_url },
    });
    expect(changed.errors).toMatchObject([{ pointer: '/base_url', code: 'not_allowed' }]);
  });

  it('must be on the list of the operator, if there is one', async () => {
    const listed = await openBench({
      change: () => ({ accountOrigins: ['https://api.example.com', 'http://127.0.0.1:1'] }),
    });
    const account = (base_url: string) => ({
      provider_id: 'pixverse',
      label: 'A',
      credentials: { api_key: base_url },
      base_url,
    });
    const problem = await listed.problem('POST', '/api/v1/accounts', {
      json: account('http://127.0.0.1:2/v1'),
    });
    expect(problem).toMatchObject({ status: 422, errors: [{ pointer: '/base_url', code: 'not_allowed' }] });
    const created = await listed.json<{ id: string }>('POST', '/api/v1/accounts', {
      json: account('http://127.0.0.1:1/v1'),
    });
    const path = `/api/v1/accounts/${created.id}`;
    expect(await listed.problem('PATCH', path, { json: { base_url: 'http://127.0.0.1:2' } })).toMatchObject({
      errors: [{ pointer: '/base_url' }],
    });
    expect((await listed.send('PATCH', path, { json: { base_url: null } })).status).toBe(200);
    await listed.close();
  });
});
