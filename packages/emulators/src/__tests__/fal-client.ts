import { onTestFinished } from 'vitest';
import { startFalEmulator } from '../fal/emulator.ts';
import type { FalEmulator, FalEmulatorOptions } from '../fal/emulator.ts';
import { pictureFile, testClock } from './client.ts';
import type { TestClock } from './client.ts';

// Tests talk to the emulator as any client would.
const { fetch } = globalThis;

export type Json = Readonly<Record<string, unknown>>;

export interface FalAnswer {
  readonly status: number;
  readonly json: Json;
  readonly headers: Headers;
}

export interface FalTestClient {
  call(method: string, path: string, body?: unknown): Promise<FalAnswer>;
  /** Submits text-to-video, or to another endpoint, and returns the reply of the queue. */
  submit(body?: Json, endpoint?: string): Promise<FalAnswer>;
  /** Submits and returns the request id. */
  request(body?: Json, endpoint?: string): Promise<string>;
  status(id: string): Promise<FalAnswer>;
  result(id: string): Promise<FalAnswer>;
  cancel(id: string): Promise<FalAnswer>;
  /** Uploads a picture and returns its address. */
  picture(options?: Parameters<typeof pictureFile>[0]): Promise<string>;
  control(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<FalAnswer>;
}

/** An emulator that the test closes, with a clock that stands still, small videos and instant rendering times. */
export async function falEmulatorFor(
  options: FalEmulatorOptions = {},
): Promise<{ emulator: FalEmulator; clock: TestClock; client: FalTestClient }> {
  const clock = testClock();
  const emulator = await startFalEmulator({
    clock,
    renderSeconds: [0, 0],
    maxFrameRate: 1,
    sizeDivisor: 8,
    webhookPaceMs: null,
    ...options,
  });
  onTestFinished(() => emulator.close());
  return { emulator, clock, client: falClientOf(emulator) };
}

export function falClientOf(emulator: FalEmulator, key = 'me:secret-1'): FalTestClient {
  async function send(
    method: string,
    url: string,
    body: unknown,
    headers: Record<string, string>,
  ): Promise<FalAnswer> {
    const response = await fetch(url, {
      method,
      headers,
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, json: parseOrEmpty(text), headers: response.headers };
  }
  const client: FalTestClient = {
    call: (method, path, body) =>
      send(method, `${emulator.baseUrl}${path}`, body, { authorization: `Key ${key}` }),
    submit: (body = {}, endpoint = 'v2.2/text-to-video') =>
      client.call('POST', `/fal-ai/pika/${endpoint}`, { prompt: 'a red fox', ...body }),
    async request(body, endpoint) {
      const { json, status } = await client.submit(body, endpoint);
      if (typeof json['request_id'] !== 'string') {
        throw new TypeError(`${status}: ${JSON.stringify(json)}`);
      }
      return json['request_id'];
    },
    status: (id) => client.call('GET', `/fal-ai/pika/requests/${id}/status`),
    result: (id) => client.call('GET', `/fal-ai/pika/requests/${id}`),
    cancel: (id) => client.call('PUT', `/fal-ai/pika/requests/${id}/cancel`),
    async picture(options) {
      const { json } = await client.call('POST', '/storage/upload/initiate?storage_type=fal-cdn-v3', {
        content_type: 'image/png',
        file_name: 'picture.png',
      });
      const put = await fetch(json['upload_url'] as string, {
        method: 'PUT',
        headers: { 'content-type': 'image/png' },
        body: await pictureFile(options),
      });
      if (!put.ok) {
        throw new Error(`The upload was answered with ${put.status}.`);
      }
      return json['file_url'] as string;
    },
    control: (method, path, body) => send(method, `${emulator.url}/_emulator${path}`, body, {}),
  };
  return client;
}

function parseOrEmpty(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return {};
  }
}
