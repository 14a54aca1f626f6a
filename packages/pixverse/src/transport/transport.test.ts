import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  NO_ANSWER,
  recordedFetch,
  refusal,
  rejection,
  success,
  TEST_API_KEY,
  testClient,
} from '../__tests__/recorded-fetch.ts';
import type { PlannedAnswer, RecordedRequest } from '../__tests__/recorded-fetch.ts';
import { PixVerse } from '../client.ts';
import { PixVerseAbortError } from '../errors.ts';
import type { TextToVideoRequest } from '../resources/video-requests.ts';

const BODY: TextToVideoRequest = {
  model: 'v6',
  prompt: 'rain',
  aspect_ratio: '16:9',
  quality: '540p',
  duration: 5,
};
const BALANCE = success('{"account_id":1,"credit_monthly":2,"credit_package":3}');
const UPLOADED = success('{"img_id":343252978602905123,"img_url":"https://media.example/1.png"}');
const VIDEO = success('{"id":7,"status":5}');
const image = { file: new Blob(['png'], { type: 'image/png' }) };

const reset = (): Error => new TypeError('fetch failed', { cause: systemError('ECONNRESET') });
const refused = (): Error => new TypeError('fetch failed', { cause: systemError('ECONNREFUSED') });
const http = (status: number, body = '<html></html>', headers: Record<string, string> = {}): Response =>
  new Response(body, { status, headers });

function systemError(code: string): Error {
  return Object.assign(new Error(code), { code });
}

function traceIds(requests: RecordedRequest[]): (string | null)[] {
  return requests.map(({ headers }) => headers.get('ai-trace-id'));
}

afterEach(() => {
  vi.useRealTimers();
});

describe('every request', () => {
  it('carries the key, a trace id and no redirect', async () => {
    const { client, requests } = testClient([success('{"video_id":7}'), VIDEO, UPLOADED, BALANCE]);
    await client.videos.textToVideo(BODY);
    await client.videos.retrieve('7');
    await client.images.upload(image);
    await client.account.balance();
    expect(requests.map(({ headers }) => headers.get('api-key'))).toEqual(Array(4).fill(TEST_API_KEY));
    expect(traceIds(requests)).toEqual(['trace-1', 'trace-2', 'trace-3', 'trace-4']);
    expect(requests.map(({ redirect }) => redirect)).toEqual(Array(4).fill('manual'));
  });

  it('names a content type for JSON only: the boundary of a form is for fetch to choose', async () => {
    const { client, requests } = testClient([success('{"video_id":7}'), VIDEO, UPLOADED]);
    await client.videos.textToVideo(BODY);
    await client.videos.retrieve('7');
    await client.images.upload(image);
    expect(requests.map(({ headers }) => headers.get('content-type'))).toEqual([
      'application/json',
      null,
      null,
    ]);
  });

  it.each(['', 'two words', 'line\nbreak', 'é'])('is refused with the trace id %j', async (traceId) => {
    const { client, requests } = testClient([]);
    await expect(client.account.balance({ traceId })).rejects.toMatchObject({ code: 'invalid_input' });
    expect(requests).toEqual([]);
  });

  it('is refused with a time limit that is none', async () => {
    const { client, requests } = testClient([]);
    await expect(client.account.balance({ timeoutMs: 0 })).rejects.toMatchObject({ code: 'invalid_input' });
    expect(requests).toEqual([]);
  });
});

describe('a generation', () => {
  it('uses the caller’s trace id as it is', async () => {
    const { client, requests } = testClient([success('{"video_id":7}')]);
    await client.videos.textToVideo(BODY, { traceId: 'submission-42' });
    expect(traceIds(requests)).toEqual(['submission-42']);
  });

  it.each<[string, () => PlannedAnswer]>([
    ['a reset connection', reset],
    ['a refused connection', refused],
    ['HTTP 408', () => http(408)],
    ['HTTP 429 with Retry-After', () => http(429, '', { 'Retry-After': '1' })],
    ['HTTP 503', () => http(503)],
    ['an overload', () => refusal(500069)],
    ['a database error', () => refusal(500100)],
    ['an unknown error', () => refusal(99999)],
    ['garbage', () => 'garbage'],
  ])('is never repeated after %s', async (_name, answer) => {
    const { client, requests, delays } = testClient([answer()]);
    await rejection(client.videos.textToVideo(BODY));
    expect(requests).toHaveLength(1);
    expect(delays).toEqual([]);
  });

  it.each<[string, () => PlannedAnswer, boolean]>([
    ['a reset connection', reset, true],
    ['a refused connection', refused, false],
    ['a connection error without a code', () => new TypeError('Failed to fetch'), true],
    ['HTTP 502 from a gateway', () => http(502), true],
    ['HTTP 408 from a gateway', () => http(408), true],
    ['HTTP 500 around a success', () => http(500, success('null')), true],
    ['HTTP 401 without envelope', () => http(401), false],
    ['HTTP 429 without envelope', () => http(429), false],
    ['a redirect', () => http(307, '', { Location: 'https://elsewhere.example' }), true],
    ['a page instead of JSON', () => '<html></html>', true],
    ['a success without id', () => success('{}'), true],
    [
      'a success that is too long to be read',
      () => `${success('{"video_id":7}')}${' '.repeat(300_000)}`,
      true,
    ],
    ['a refusal that is too long to be read', () => http(400, refusal(400017).padEnd(300_000)), true],
    ['a success whose id was rounded to a fraction', () => success('{"video_id":1e20}'), true],
    ['an invalid parameter', () => refusal(400017), false],
    ['a full queue', () => refusal(500044), false],
    ['an empty purse', () => refusal(500090), false],
    ['an overload', () => refusal(500069), false],
    ['a refusal inside HTTP 500', () => http(500, refusal(500063)), false],
    ['a database error', () => refusal(500100), true],
    ['an unknown error', () => refusal(99999), true],
    ['a code nobody listed', () => refusal(500999), true],
  ])('says after %s whether it may have been processed', async (_name, answer, expected) => {
    const { client } = testClient([answer()]);
    await expect(client.videos.textToVideo(BODY)).rejects.toMatchObject({
      mayHaveBeenProcessed: expected,
      traceId: 'trace-1',
    });
  });

  it('stops reading an endless response after 256 KB', async () => {
    let pieces = 0;
    let cancelled = false;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        pieces += 1;
        controller.enqueue(new Uint8Array(65_536).fill(0x20));
      },
      cancel() {
        cancelled = true;
      },
    });
    const { client } = testClient([new Response(body)]);
    const failure = await rejection(client.videos.textToVideo(BODY));
    expect(failure).toMatchObject({
      code: 'unusable_response',
      message: expect.stringContaining('more than 262144 bytes'),
      bodyExcerpt: '',
    });
    expect([pieces <= 7, cancelled]).toEqual([true, true]);
  });

  it('may have been processed when the time was up', async () => {
    vi.useFakeTimers();
    const { client } = testClient([NO_ANSWER]);
    const failure = rejection(client.videos.textToVideo(BODY, { timeoutMs: 250 }));
    await vi.advanceTimersByTimeAsync(250);
    expect(await failure).toMatchObject({ code: 'timed_out', timeoutMs: 250, mayHaveBeenProcessed: true });
  });

  it('may have been processed when it was aborted under way', async () => {
    const controller = new AbortController();
    const { client } = testClient([NO_ANSWER]);
    const failure = rejection(client.videos.textToVideo(BODY, { signal: controller.signal }));
    controller.abort();
    expect(await failure).toMatchObject({ code: 'aborted', mayHaveBeenProcessed: true, traceId: 'trace-1' });
  });

  it('was not processed when it was aborted before', async () => {
    const { client, requests } = testClient([]);
    const failure = await rejection(client.videos.textToVideo(BODY, { signal: AbortSignal.abort() }));
    expect(failure).toBeInstanceOf(PixVerseAbortError);
    expect(failure).toMatchObject({ mayHaveBeenProcessed: false, traceId: null });
    expect(requests).toEqual([]);
  });
});

describe('a read', () => {
  it.each<[string, () => PlannedAnswer]>([
    ['a reset connection', reset],
    ['a refused connection', refused],
    ['HTTP 408', () => http(408)],
    ['HTTP 429', () => http(429)],
    ['HTTP 500', () => http(500)],
    ['HTTP 503', () => http(503)],
    ['an overload', () => refusal(500069)],
    ['a database error', () => refusal(500100)],
    ['an unknown error', () => refusal(99999)],
    ['a gateway’s own envelope', () => http(429, refusal(429))],
  ])('is repeated after %s, under a fresh trace id', async (_name, answer) => {
    const { client, requests, delays } = testClient([answer(), VIDEO]);
    await expect(client.videos.retrieve('7')).resolves.toMatchObject({ id: '7', status: 5 });
    expect(traceIds(requests)).toEqual(['trace-1', 'trace-2']);
    expect(delays).toEqual([500]);
  });

  it.each<[string, () => PlannedAnswer]>([
    ['an invalid parameter', () => refusal(400017)],
    ['data not found', () => refusal(500008)],
    ['a refusal inside HTTP 500', () => http(500, refusal(500064))],
    ['HTTP 401', () => http(401)],
    ['HTTP 404', () => http(404)],
    ['garbage', () => 'garbage'],
  ])('is not repeated after %s', async (_name, answer) => {
    const { client, requests } = testClient([answer()]);
    await rejection(client.videos.retrieve('7'));
    expect(requests).toHaveLength(1);
  });

  it('gives up after two retries, with the last error', async () => {
    const { client, requests, delays } = testClient([reset(), http(503), refusal(500069)]);
    await expect(client.account.balance()).rejects.toMatchObject({ errCode: 500069, traceId: 'trace-3' });
    expect(requests).toHaveLength(3);
    expect(delays).toEqual([500, 1_000]);
  });

  it('is repeated as often as the client is told', async () => {
    const once = testClient([http(503)], { maxRetries: 0 });
    await rejection(once.client.account.balance());
    expect(once.requests).toHaveLength(1);
    const often = testClient([http(503), http(503), http(503), http(503), BALANCE], { maxRetries: 4 });
    await often.client.account.balance();
    expect(often.requests).toHaveLength(5);
  });

  it('waits as long as Retry-After says', async () => {
    const { client, delays } = testClient([
      http(429, '', { 'Retry-After': '7' }),
      http(503, '', { 'Retry-After': 'Thu, 01 Jan 2026 00:00:09 GMT' }),
      BALANCE,
    ]);
    await client.account.balance();
    expect(delays).toEqual([7_000, 9_000]);
  });

  it('hands a longer Retry-After to the caller instead of waiting', async () => {
    const { client, requests } = testClient([http(429, '', { 'Retry-After': '3600' })]);
    await expect(client.account.balance()).rejects.toMatchObject({
      class: 'rate_limit',
      retryAfterMs: 3_600_000,
    });
    expect(requests).toHaveLength(1);
  });

  it('uses a caller’s trace id for the first request only', async () => {
    const { client, requests } = testClient([http(503), BALANCE]);
    await client.account.balance({ traceId: 'mine' });
    expect(traceIds(requests)).toEqual(['mine', 'trace-1']);
  });

  it('is repeated after a timeout, with the full time limit again', async () => {
    vi.useFakeTimers();
    const { client, requests } = testClient([NO_ANSWER, NO_ANSWER, BALANCE], { timeoutMs: 100 });
    const balance = client.account.balance();
    await vi.advanceTimersByTimeAsync(200);
    await expect(balance).resolves.toMatchObject({ credit_monthly: 2 });
    expect(requests).toHaveLength(3);
  });

  it('ends when the caller aborts during the wait between requests', async () => {
    const controller = new AbortController();
    const { client, requests } = testClient([http(503)], { sleep: async () => controller.abort() });
    await expect(client.account.balance({ signal: controller.signal })).rejects.toMatchObject({
      code: 'aborted',
    });
    expect(requests).toHaveLength(1);
  });

  it('never claims to have created something', async () => {
    const answers: PlannedAnswer[] = [reset(), http(502), refusal(99999), 'garbage'];
    for (const answer of answers) {
      const { client } = testClient([answer], { maxRetries: 0 });
      await expect(client.account.balance()).rejects.toMatchObject({ mayHaveBeenProcessed: false });
    }
  });
});

describe('an upload', () => {
  it('is repeated with a form of its own and a fresh trace id', async () => {
    const { client, requests } = testClient([reset(), refusal(500041), UPLOADED]);
    await expect(client.images.upload(image)).resolves.toMatchObject({ img_id: '343252978602905123' });
    expect(traceIds(requests)).toEqual(['trace-1', 'trace-2', 'trace-3']);
    expect(new Set(requests.map(({ body }) => body)).size).toBe(3);
  });

  it('is not repeated after a refusal', async () => {
    const { client, requests } = testClient([http(500, '{"err_code":500052,"err_msg":"no","resp":"x"}')]);
    await expect(client.images.upload(image)).rejects.toMatchObject({
      errCode: 500052,
      class: 'content_filter',
      httpStatus: 500,
      mayHaveBeenProcessed: false,
    });
    expect(requests).toHaveLength(1);
  });

  it('remembers that an earlier request may have got through', async () => {
    const { client } = testClient([reset(), refusal(500032)]);
    await expect(client.images.upload(image)).rejects.toMatchObject({
      errCode: 500032,
      mayHaveBeenProcessed: true,
    });
  });
});

describe('time limits', () => {
  it.each([
    ['30 s for a read', (client: PixVerse) => client.account.balance(), 30_000],
    ['30 s for a generation', (client: PixVerse) => client.videos.textToVideo(BODY), 30_000],
    ['60 s for an upload', (client: PixVerse) => client.images.upload(image), 60_000],
  ])('are %s', async (_name, call, timeoutMs) => {
    vi.useFakeTimers();
    const { client } = testClient([NO_ANSWER], { maxRetries: 0 });
    const failure = rejection(call(client));
    await vi.advanceTimersByTimeAsync(timeoutMs);
    expect(await failure).toMatchObject({ code: 'timed_out', timeoutMs });
  });

  it('cover the body as well as the headers of an answer', async () => {
    vi.useFakeTimers();
    const endless = new Response(
      new ReadableStream({ start: (stream) => stream.enqueue(new Uint8Array([123])) }),
    );
    const { client } = testClient([endless], { maxRetries: 0, timeoutMs: 50 });
    const failure = rejection(client.account.balance());
    await vi.advanceTimersByTimeAsync(50);
    expect(await failure).toMatchObject({ code: 'timed_out' });
  });
});

describe('trace ids', () => {
  it('are random UUIDs by default', async () => {
    const { fetch, requests } = recordedFetch(BALANCE, BALANCE);
    const client = new PixVerse({ apiKey: TEST_API_KEY, fetch });
    await client.account.balance();
    await client.account.balance();
    const [first, second] = traceIds(requests);
    expect(first).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(second).not.toBe(first);
  });
});
