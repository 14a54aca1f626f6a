import { randomUUID } from 'node:crypto';
import sharp from 'sharp';
import { onTestFinished } from 'vitest';
import { isJsonObject, parseLossless, stringifyLossless } from '../http/lossless-json.ts';
import type { JsonObject, JsonValue } from '../http/lossless-json.ts';
import { startPixverseEmulator } from '../pixverse/emulator.ts';
import type { PixverseEmulator, PixverseEmulatorOptions } from '../pixverse/emulator.ts';

// Tests talk to the emulator as any client would.
const { fetch } = globalThis;

export interface TestClock {
  (): number;
  advance(seconds: number): void;
}

export function testClock(start = Date.parse('2026-03-01T12:00:00Z')): TestClock {
  let now = start;
  return Object.assign(() => now, {
    advance(seconds: number) {
      now += seconds * 1000;
    },
  });
}

/** An emulator that the test closes, with a clock that stands still and instant rendering times. */
export async function emulatorFor(
  options: PixverseEmulatorOptions = {},
): Promise<{ emulator: PixverseEmulator; clock: TestClock; client: TestClient }> {
  const clock = testClock();
  const emulator = await startPixverseEmulator({ clock, renderSeconds: [0, 0], maxFrameRate: 1, ...options });
  onTestFinished(() => emulator.close());
  return { emulator, clock, client: clientOf(emulator) };
}

export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly code: number;
  readonly message: string;
  readonly resp: JsonObject;
}

export interface TestClient {
  post(path: string, body: JsonValue | string, traceId?: string): Promise<Answer>;
  get(path: string, traceId?: string): Promise<Answer>;
  delete(path: string, traceId?: string): Promise<Answer>;
  upload(path: string, form: Record<string, Blob | string>, traceId?: string): Promise<Answer>;
  /** Returns the id. */
  image(options?: { width?: number; height?: number; colour?: string }): Promise<bigint>;
  /** Uploads a film or a sound and returns the id. */
  media(file: File): Promise<bigint>;
  /** Submits text-to-video and returns the id. */
  submit(body?: JsonObject): Promise<bigint>;
  status(id: bigint): Promise<JsonValue | undefined>;
  control(
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    body?: unknown,
  ): Promise<Answer & { json: JsonObject }>;
}

/** The cheapest and quickest generation: one second, 360p, 5 credits. */
export const textBody: JsonObject = {
  model: 'v6',
  prompt: 'a red fox',
  aspect_ratio: '16:9',
  duration: 1,
  quality: '360p',
};

export function clientOf(emulator: PixverseEmulator, apiKey = 'sk-test-key-1'): TestClient {
  async function send(path: string, init: RequestInit, traceId: string = randomUUID()): Promise<Answer> {
    const headers = new Headers(init.headers);
    headers.set('API-KEY', apiKey);
    headers.set('Ai-trace-id', traceId);
    return answerOf(await fetch(`${emulator.baseUrl}${path}`, { ...init, headers }));
  }
  const client: TestClient = {
    post: (path, body, traceId) =>
      send(
        path,
        {
          method: 'POST',
          body: typeof body === 'string' ? body : stringifyLossless(body),
          headers: { 'content-type': 'application/json' },
        },
        traceId,
      ),
    get: (path, traceId) => send(path, {}, traceId),
    delete: (path, traceId) => send(path, { method: 'DELETE' }, traceId),
    async upload(path, parts, traceId) {
      const form = new FormData();
      for (const [name, part] of Object.entries(parts)) {
        form.set(name, part);
      }
      return send(path, { method: 'POST', body: form }, traceId);
    },
    async image(options = {}) {
      const { resp } = await client.upload('/image/upload', { image: await pictureFile(options) });
      return resp['img_id'] as bigint;
    },
    async media(file) {
      const { resp } = await client.upload('/media/upload', { file });
      return resp['media_id'] as bigint;
    },
    async submit(body = {}) {
      const { resp, text } = await client.post('/video/text/generate', { ...textBody, ...body });
      if (typeof resp['video_id'] !== 'bigint') {
        throw new TypeError(text);
      }
      return resp['video_id'];
    },
    async status(id) {
      return (await client.get(`/video/result/${id}`)).resp['status'];
    },
    async control(method, path, body) {
      const response = await fetch(`${emulator.url}/_emulator${path}`, {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const answer = await answerOf(response);
      return { ...answer, json: JSON.parse(answer.text) as JsonObject };
    },
  };
  return client;
}

async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  const body = parseOrNull(text);
  const resp = body?.['Resp'];
  return {
    status: response.status,
    text,
    code: Number(body?.['ErrCode'] ?? NaN),
    message: body === null ? '' : textOf(body, 'ErrMsg'),
    resp: isJsonObject(resp) ? resp : {},
  };
}

/** A member that is a text or a number, as text; empty when it is absent. */
export function textOf(object: JsonObject, name: string): string {
  const value = object[name] ?? '';
  if (typeof value === 'object') {
    throw new TypeError(`${name} is ${stringifyLossless(value)}`);
  }
  return value.toString();
}

function parseOrNull(text: string): JsonObject | null {
  try {
    const value = parseLossless(text);
    return isJsonObject(value) ? value : null;
  } catch {
    return null;
  }
}

export async function pictureFile({
  width = 160,
  height = 90,
  colour = '#cc3300',
  format = 'png',
  name = `picture.${format}`,
}: {
  width?: number;
  height?: number;
  colour?: string;
  format?: 'png' | 'jpeg' | 'webp' | 'gif' | 'tiff';
  name?: string;
} = {}): Promise<File> {
  const bytes = await sharp({ create: { width, height, channels: 3, background: colour } })
    .toFormat(format)
    .toBuffer();
  return new File([new Uint8Array(bytes)], name);
}
