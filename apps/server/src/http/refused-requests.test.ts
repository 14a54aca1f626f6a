import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Account, Asset, Job, List } from '@pixsim7/contracts';
import { startPixverseEmulator } from '@pixsim7/emulators';
import type { PixverseEmulator } from '@pixsim7/emulators';
import { createImageFile } from '@pixsim7/testkit/builders';
import { openBench } from './__tests__/http-bench.ts';
import type { HttpBench } from './__tests__/http-bench.ts';
import { fileForm } from './__tests__/media-forms.ts';

type Body = NonNullable<RequestInit['body']>;

let bench: HttpBench;
let emulator: PixverseEmulator;
let privateServer: Server;
let privateUrl: string;
let privateCalls = 0;

beforeAll(async () => {
  emulator = await startPixverseEmulator({ credits: 10_000 });
  privateServer = createServer((_, reply) => {
    privateCalls += 1;
    reply.end('secret');
  });
  await new Promise<void>((resolve) => privateServer.listen(0, '127.0.0.1', resolve));
  privateUrl = `http://127.0.0.1:${(privateServer.address() as AddressInfo).port}/photo.png`;
});

afterAll(async () => {
  await emulator.close();
  await new Promise((resolve) => privateServer.close(resolve));
});

beforeEach(async () => {
  bench = await openBench();
  await bench.json('POST', '/api/v1/accounts', {
    json: {
      provider_id: 'pixverse',
      label: 'Main',
      credentials: { api_key: 'sk-refused-requests' },
      base_url: emulator.baseUrl,
    },
  });
});

/** After every refusal of this file: no job, no credit held, and nothing but balances was asked of the provider. */
async function expectNothingSpent(): Promise<void> {
  await bench.queue.runUntilIdle();
  expect((await bench.json<List<Job>>('GET', '/api/v1/jobs')).data).toEqual([]);
  const [account] = (await bench.json<List<Account>>('GET', '/api/v1/accounts')).data;
  expect(account?.balance).toMatchObject({ held: 0, spendable: 10_000 });
  const state = (await (await fetch(`${emulator.url}/_emulator/state`)).json()) as {
    generations: unknown[];
    requests: Record<string, number>;
  };
  expect(state.generations).toEqual([]);
  expect(Object.keys(state.requests).filter((call) => !call.includes('/account/balance'))).toEqual([]);
  expect(privateCalls).toBe(0);
}

afterEach(async () => {
  await expectNothingSpent();
  await bench.close();
});

interface Refusal {
  readonly name: string;
  readonly operation: string;
  readonly params: Record<string, unknown>;
  readonly pointer: string;
  readonly allowed: unknown;
}

const image = 'https://example.com/photo.png';

const refusals: readonly Refusal[] = [
  {
    name: 'an unknown model',
    operation: 'text_to_video',
    params: { prompt: 'a boat', model: 'v99' },
    pointer: '/params/model',
    allowed: expect.arrayContaining(['v5']),
  },
  {
    name: 'v5 with 10 s',
    operation: 'text_to_video',
    params: { prompt: 'a boat', model: 'v5', quality: '540p', duration: 10 },
    pointer: '/params/duration',
    allowed: [5, 8],
  },
  {
    name: '1080p with fast motion',
    operation: 'text_to_video',
    params: { prompt: 'a boat', model: 'v4.5', quality: '1080p', duration: 5, motion_mode: 'fast' },
    pointer: '/params/quality',
    allowed: ['360p', '540p', '720p'],
  },
  {
    name: 'a prompt that is too long',
    operation: 'text_to_video',
    params: { prompt: 'x'.repeat(15_000), model: 'v5' },
    pointer: '/params/prompt',
    allowed: expect.objectContaining({ max_length: expect.any(Number) as number }),
  },
  {
    name: 'an aspect ratio on image-to-video',
    operation: 'image_to_video',
    params: { prompt: 'a boat', model: 'v5', image_url: image, aspect_ratio: '16:9' },
    pointer: '/params/aspect_ratio',
    allowed: expect.arrayContaining(['prompt', 'image_url']),
  },
  {
    name: 'one image for a transition',
    operation: 'video_transition',
    params: { prompt: 'a boat', model: 'v5', image_urls: [image] },
    pointer: '/params/image_urls',
    allowed: expect.anything(),
  },
  {
    name: 'an extend on c1',
    operation: 'video_extend',
    params: { prompt: 'a boat', model: 'c1', video_url: 'https://example.com/clip.mp4' },
    pointer: '/params/model',
    allowed: expect.arrayContaining(['v5']),
  },
  {
    name: 'a field that nobody knows',
    operation: 'text_to_video',
    params: { prompt: 'a boat', lenght: 5 },
    pointer: '/params/lenght',
    allowed: expect.arrayContaining(['prompt', 'duration']),
  },
];

describe('a job that cannot be made', () => {
  it.each(refusals)('$name', async ({ operation, params, pointer, allowed }) => {
    const json = { operation_type: operation, provider_id: 'pixverse', params };
    for (const path of ['/api/v1/jobs', '/api/v1/quotes']) {
      const problem = await bench.problem('POST', path, { json });
      expect(problem).toMatchObject({ status: 422, code: 'invalid_params', charged: 'no', retryable: false });
      expect(problem.errors.map((error) => error.pointer)).toContain(pointer);
      expect(problem.errors.find((error) => error.pointer === pointer)?.allowed).toEqual(allowed);
    }
  });

  it('names every unknown field at once, each with what there is', async () => {
    const problem = await bench.problem('POST', '/api/v1/jobs', {
      json: {
        operation_type: 'text_to_video',
        provider_id: 'pixverse',
        params: { promt: 'x' },
        a: 1,
        'b/~': 2,
      },
    });
    expect(problem.errors.map(({ pointer, code }) => [pointer, code])).toEqual(
      expect.arrayContaining([
        ['/a', 'not_supported'],
        ['/b~1~0', 'not_supported'],
        ['/params/promt', 'not_supported'],
      ]),
    );
    expect(problem.errors.find(({ pointer }) => pointer === '/a')?.allowed).toContain('max_credits');
    expect(problem.errors.find(({ pointer }) => pointer === '/params/promt')?.allowed).toContain('prompt');
  });

  it('says what is missing', async () => {
    const problem = await bench.problem('POST', '/api/v1/jobs', { json: {} });
    expect(problem.errors).toMatchObject([
      {
        pointer: '/operation_type',
        code: 'required',
        allowed: expect.arrayContaining(['fusion']) as string[],
      },
      { pointer: '/provider_id', code: 'required' },
      { pointer: '/params', code: 'required' },
    ]);
  });

  it('an unknown operation and an unknown provider, with those that exist', async () => {
    const unknownOperation = await bench.problem('POST', '/api/v1/jobs', {
      json: { operation_type: 'dub', provider_id: 'pixverse', params: {} },
    });
    expect(unknownOperation.errors).toMatchObject([
      { pointer: '/operation_type', allowed: expect.arrayContaining(['text_to_video']) as string[] },
    ]);
    const unknownProvider = await bench.problem('POST', '/api/v1/jobs', {
      json: { operation_type: 'text_to_video', provider_id: 'nobody', params: { prompt: 'x' } },
    });
    expect(unknownProvider.errors).toMatchObject([
      { pointer: '/provider_id', allowed: [...bench.dependencies.registry.ids(), 'auto'] },
    ]);
  });

  it('one that costs more than allowed', async () => {
    const problem = await bench.problem('POST', '/api/v1/jobs', {
      json: {
        operation_type: 'text_to_video',
        provider_id: 'pixverse',
        params: { prompt: 'a boat', model: 'v5' },
        max_credits: 1,
      },
    });
    expect(problem).toMatchObject({
      status: 402,
      code: 'max_credits_exceeded',
      errors: [{ pointer: '/max_credits', allowed: { minimum: expect.any(Number) as number } }],
    });
  });

  it.each([
    ['a NUL character', { prompt: 'a\u0000b' }, '/params/prompt'],
    ['half a surrogate pair', { prompt: 'a\ud800b' }, '/params/prompt'],
    ['a NUL in a name', { prompt: 'a', provider_options: { 'x\u0000': 1 } }, '/params/provider_options'],
  ])('%s', async (_, params, pointer) => {
    const problem = await bench.problem('POST', '/api/v1/jobs', {
      json: { operation_type: 'text_to_video', provider_id: 'pixverse', params },
    });
    expect(problem).toMatchObject({ code: 'invalid_params', errors: [{ pointer, code: 'not_allowed' }] });
  });

  it('one that is nested too deep for anybody to walk', async () => {
    const deep = '['.repeat(100_000) + ']'.repeat(100_000);
    const problem = await bench.problem('POST', '/api/v1/jobs', {
      body: `{"operation_type":"text_to_video","provider_id":"pixverse","params":{"provider_options":{"x":${deep}}}}`,
      headers: { 'content-type': 'application/json' },
    });
    expect(problem.code).toBe('invalid_params');
  });
});

describe('an input that cannot be used', () => {
  const imageJob = (source: string) => ({
    operation_type: 'image_to_video',
    provider_id: 'pixverse',
    params: { prompt: 'a boat', model: 'v5', image_url: source },
  });

  it.each([
    'http://169.254.169.254/latest/meta-data',
    'http://[::1]:8000/x.png',
    'http://2130706433/x.png',
    'file:///etc/passwd',
  ])('%s', async (url) => {
    const problem = await bench.problem('POST', '/api/v1/jobs', { json: imageJob(url) });
    expect(problem).toMatchObject({
      status: 422,
      code: 'unsafe_url',
      errors: [{ pointer: '/params/image_url' }],
    });
    const imported = await bench.problem('POST', '/api/v1/assets', { json: { url } });
    expect(imported).toMatchObject({ status: 422, code: 'unsafe_url', errors: [{ pointer: '/url' }] });
  });

  it('a server of the private network, which is never called', async () => {
    const problem = await bench.problem('POST', '/api/v1/jobs', { json: imageJob(privateUrl) });
    expect(problem.code).toBe('unsafe_url');
  });

  it('a text file as an image, sent in the request or uploaded', async () => {
    const text = `data:image/png;base64,${Buffer.from('just words').toString('base64')}`;
    const problem = await bench.problem('POST', '/api/v1/jobs', { json: imageJob(text) });
    expect(problem).toMatchObject({
      status: 422,
      code: 'invalid_media',
      errors: [{ pointer: '/params/image_url' }],
    });
    const upload = await bench.problem('POST', '/api/v1/assets', {
      body: fileForm(Buffer.from('just words'), 'photo.png', 'image/png'),
    });
    expect(upload).toMatchObject({ status: 422, code: 'invalid_media', errors: [{ pointer: '/file' }] });
    expect((await bench.json<List<Asset>>('GET', '/api/v1/assets')).data).toEqual([]);
  });

  it('a picture where a video is needed', async () => {
    const { id } = await bench.json<Asset>('POST', '/api/v1/assets', {
      body: fileForm(await createImageFile(), 'a.png'),
    });
    const problem = await bench.problem('POST', '/api/v1/jobs', {
      json: {
        operation_type: 'video_extend',
        provider_id: 'pixverse',
        params: { prompt: 'on', model: 'v5', video_url: id },
      },
    });
    expect(problem.errors).toMatchObject([
      { pointer: '/params/video_url', allowed: expect.arrayContaining(['video/mp4']) as string[] },
    ]);
  });
});

describe('a body that cannot be read', () => {
  const send = (body: Body, headers: Record<string, string> = {}) =>
    bench.problem('POST', '/api/v1/jobs', {
      body,
      headers: { 'content-type': 'application/json', ...headers },
    });

  it('broken JSON', async () => {
    expect(await send('{"operation_type": "text_to_video",')).toMatchObject({
      status: 400,
      code: 'malformed_request',
    });
  });

  it.each(['null', '[]', '"text"', '1'])('JSON that is no object: %s', async (body) => {
    expect(await send(body)).toMatchObject({
      status: 422,
      code: 'invalid_params',
      errors: [{ pointer: '' }],
    });
  });

  it('another media type, and none', async () => {
    expect(await send('a=1', { 'content-type': 'application/x-www-form-urlencoded' })).toMatchObject({
      status: 415,
      code: 'unsupported_media_type',
    });
    expect(await send(new Uint8Array([123, 125]), { 'content-type': '' })).toMatchObject({ status: 415 });
  });

  it('50 MB, by its announced length, before a byte is read', async () => {
    let pulled = 0;
    const body = new ReadableStream(
      {
        pull(controller) {
          pulled += 1;
          controller.enqueue(new Uint8Array(1024));
        },
      },
      { highWaterMark: 0 },
    );
    expect(await send(body, { 'content-length': String(50 * 1024 ** 2) })).toMatchObject({
      status: 413,
      code: 'payload_too_large',
    });
    expect(pulled).toBe(0);
  });

  it('50 MB without an announced length, as soon as it is too long', async () => {
    const megabyte = new Uint8Array(1024 ** 2).fill(0x20);
    let sent = 0;
    let cancelled = false;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 1;
        if (sent > 50) {
          controller.close();
        } else {
          controller.enqueue(megabyte);
        }
      },
      cancel() {
        cancelled = true;
      },
    });
    expect(await send(body)).toMatchObject({ status: 413, code: 'payload_too_large' });
    expect(sent).toBeLessThanOrEqual(35);
    expect(cancelled).toBe(true);
  });
});
