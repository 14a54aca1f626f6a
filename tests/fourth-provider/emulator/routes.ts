import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Hono } from 'hono';
import { fileResponse, readImage } from '@pixsim7/emulators/parts';
import type { NodeEnvironment, Recipe } from '@pixsim7/emulators/parts';
import { chargedOf, creditsLeftOf, runningOf, stateOf } from './videos.ts';
import type { Emulation, Video } from './videos.ts';

/** Lantern says no. */
class Refusal extends Error {
  readonly status: number;

  constructor(status: number, word: string) {
    super(word);
    this.status = status;
  }
}

/** Bytes. */
const largestFile = 10_000_000;
/** As `readImage` names them. */
const pictureFormats = ['png', 'jpeg', 'webp'];

const words: Readonly<Record<number, string>> = {
  401: 'bad_key',
  402: 'no_credits',
  404: 'not_found',
  413: 'bad_file',
  422: 'invalid',
  429: 'too_many_calls',
  451: 'unsafe_text',
};

/** The answer of Lantern to a status, for the fault `err_code`. */
export function replyOfStatus(status: number): Response {
  return Response.json({ error: words[status] ?? 'trouble' }, { status });
}

/** The wire of Lantern, with its result files next to it. */
export function lanternRoutes(emulation: Emulation): Hono<NodeEnvironment> {
  const { directory, files, results, videos } = emulation;
  const app = new Hono<NodeEnvironment>();
  app.post('/v1/files', async ({ req }) => {
    keyOf(req.raw);
    const id = randomUUID();
    const bytes = new Uint8Array(await req.arrayBuffer());
    const picture = await readImage(bytes).catch(() => null);
    if (bytes.length > largestFile || picture === null || !pictureFormats.includes(picture.format)) {
      throw new Refusal(413, 'bad_file');
    }
    await writeFile(join(directory, id), bytes);
    files.add(id);
    return Response.json({ id });
  });
  app.post('/v1/videos', async ({ req }) => {
    const apiKey = keyOf(req.raw);
    const token = req.header('idempotency-key') ?? null;
    const body = (await req.json()) as Record<string, unknown>;
    // From here on no other call gets in: two with the same token find one video.
    const own = [...videos.values()].filter((video) => video.apiKey === apiKey);
    const before = token === null ? undefined : own.find((video) => video.token === token);
    return Response.json(replyOf(emulation, before ?? accept(emulation, apiKey, token, body)));
  });
  app.get('/v1/videos/:id', ({ req }) => Response.json(replyOf(emulation, ownVideo(emulation, req))));
  app.delete('/v1/videos/:id', ({ req }) => {
    const video = ownVideo(emulation, req);
    video.isStopped ||= emulation.clock() < video.endsAt;
    return Response.json(replyOf(emulation, video));
  });
  app.get('/media/:name', ({ req }) => {
    const id = req.param('name').replace('.mp4', '');
    return results.isRendered(id)
      ? fileResponse(req.raw, results.fileOf(id), 'video/mp4')
      : new Response('not found', { status: 404 });
  });
  app.onError((error) => {
    if (error instanceof Refusal) {
      return Response.json({ error: error.message }, { status: error.status });
    }
    throw error;
  });
  return app;
}

/** Every key of the right form is an account of its own. */
function keyOf({ headers }: Request): string {
  const key = headers.get('lantern-key') ?? '';
  if (!key.startsWith('lk_')) {
    throw new Refusal(401, 'bad_key');
  }
  return key;
}

function ownVideo({ videos }: Emulation, request: { raw: Request; param(name: string): string }): Video {
  const video = videos.get(request.param('id'));
  if (video === undefined || video.apiKey !== keyOf(request.raw)) {
    throw new Refusal(404, 'not_found');
  }
  return video;
}

function accept(
  emulation: Emulation,
  apiKey: string,
  token: string | null,
  body: Record<string, unknown>,
): Video {
  const { clock, files, results, settings, videos } = emulation;
  const { text, seconds, lines, first_frame: frame = null } = body;
  if (typeof text !== 'string' || !Number.isInteger(seconds) || (lines !== 360 && lines !== 720)) {
    throw new Refusal(422, 'invalid');
  }
  if (frame !== null && (typeof frame !== 'string' || !files.has(frame))) {
    throw new Refusal(404, 'not_found');
  }
  if (text.includes('[refuse]')) {
    throw new Refusal(451, 'unsafe_text');
  }
  if (runningOf(emulation, apiKey) >= settings.max_concurrent) {
    throw new Refusal(429, 'too_many_videos');
  }
  const matches = Number(seconds) * (lines === 720 ? 5 : 2);
  if (creditsLeftOf(emulation, apiKey) < matches) {
    throw new Refusal(402, 'no_credits');
  }

  const [shortest] = settings.render_seconds;
  const video: Video = {
    id: randomUUID(),
    apiKey,
    operation: frame === null ? 'text_to_video' : 'image_to_video',
    token,
    matches,
    createdAt: clock(),
    endsAt: clock() + 1_000 * Number(/\[seconds:(\d+)\]/.exec(text)?.[1] ?? shortest),
    ending: text.includes('[fail]') ? 'failed' : text.includes('[moderate]') ? 'unsafe' : 'done',
    strangeState: /\[state:(\w+)\]/.exec(text)?.[1] ?? null,
    isStopped: false,
  };
  videos.set(video.id, video);
  if (video.ending === 'done') {
    const scene = frame === null ? { kind: 'gradient' } : { kind: 'picture', picture: frame };
    const segment = { seconds: Number(seconds), caption: text, ...scene } as Recipe['segments'][number];
    const size = { width: (lines * 16) / 9, height: lines };
    results.render(video.id, { ...size, label: 'Lantern emulator', segments: [segment] });
  }
  return video;
}

function replyOf(emulation: Emulation, video: Video): object {
  const state = stateOf(emulation, video);
  return {
    id: video.id,
    state,
    matches: chargedOf(emulation, video),
    ...(state === 'done' ? { url: `${emulation.url()}/media/${video.id}.mp4` } : {}),
    ...(state === 'failed' ? { reason: video.ending } : {}),
  };
}
