import { onTestFinished } from 'vitest';
import { startRunwayEmulator } from '../runway/emulator.ts';
import type { RunwayEmulator, RunwayEmulatorOptions } from '../runway/emulator.ts';
import { pictureFile, testClock } from './client.ts';
import type { TestClock } from './client.ts';

// Tests talk to the emulator as any client would.
const { fetch } = globalThis;

export type Json = Readonly<Record<string, unknown>>;

export interface RunwayAnswer {
  readonly status: number;
  readonly json: Json;
}

export interface RunwayTestClient {
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<RunwayAnswer>;
  /** Submits text-to-video and returns the id. */
  submit(prompt?: string, body?: Json): Promise<string>;
  task(id: string): Promise<RunwayAnswer>;
  /** Uploads a file in two steps and returns its URI. */
  upload(file: File): Promise<string>;
  control(method: string, path: string, body?: unknown): Promise<Json>;
}

export const textBody = {
  model: 'gen4.5',
  promptText: 'a red fox',
  ratio: '1280:720',
  duration: 2,
} as const;

/** An emulator that the test closes, with a clock that stands still and instant rendering times. */
export async function runwayEmulatorFor(
  options: RunwayEmulatorOptions = {},
): Promise<{ emulator: RunwayEmulator; clock: TestClock; client: RunwayTestClient }> {
  const clock = testClock();
  const emulator = await startRunwayEmulator({ clock, renderSeconds: [0, 0], maxFrameRate: 1, ...options });
  onTestFinished(() => emulator.close());
  return { emulator, clock, client: runwayClientOf(emulator) };
}

export function runwayClientOf(emulator: RunwayEmulator, apiKey = 'key_test_1'): RunwayTestClient {
  const client: RunwayTestClient = {
    async call(method, path, body, headers = {}) {
      const response = await fetch(`${emulator.baseUrl}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${apiKey}`,
          'x-runway-version': '2024-11-06',
          'content-type': 'application/json',
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      return answerOf(response);
    },
    async submit(prompt = textBody.promptText, body = {}) {
      const { json } = await client.call('POST', '/v1/text_to_video', {
        ...textBody,
        promptText: prompt,
        ...body,
      });
      if (typeof json['id'] !== 'string') {
        throw new TypeError(JSON.stringify(json));
      }
      return json['id'];
    },
    task: (id) => client.call('GET', `/v1/tasks/${id}`),
    async upload(file) {
      const { json } = await client.call('POST', '/v1/uploads', { filename: file.name, type: 'ephemeral' });
      const form = new FormData();
      for (const [name, value] of Object.entries(json['fields'] as Record<string, string>)) {
        form.append(name, value);
      }
      form.append('file', file);
      const stored = await fetch(String(json['uploadUrl']), { method: 'POST', body: form });
      if (!stored.ok) {
        throw new Error(await stored.text());
      }
      return String(json['runwayUri']);
    },
    async control(method, path, body) {
      const response = await fetch(`${emulator.url}/_emulator${path}`, {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return (await answerOf(response)).json;
    },
  };
  return client;
}

async function answerOf(response: Response): Promise<RunwayAnswer> {
  const text = await response.text();
  return { status: response.status, json: text === '' ? {} : (JSON.parse(text) as Json) };
}

/** A picture that is large enough for an upload, under its own type. */
export async function uploadablePicture(colour = '#cc3300'): Promise<File> {
  const picture = await pictureFile({ width: 640, height: 360, colour });
  return new File([picture], picture.name, { type: 'image/png' });
}
