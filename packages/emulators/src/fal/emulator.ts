import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { withControl } from '../control/control-routes.ts';
import { listen } from '../http/listen.ts';
import { createRenderer } from '../render/renderer.ts';
import { createResultVideos } from '../render/result-videos.ts';
import { controlledFal } from './controlled.ts';
import { renderResult } from './emulation.ts';
import type { Emulation } from './emulation.ts';
import { falRoutes } from './routes.ts';
import { defaultFalSettings } from './settings.ts';
import type { FalSettings } from './settings.ts';
import { openStore } from './store.ts';
import { createWebhookSender } from './webhooks/sender.ts';

export interface FalEmulatorOptions {
  /** 0, the default, takes a free one. */
  readonly port?: number;
  /** Default 127.0.0.1: whoever reaches the control API can do anything with the emulator. */
  readonly host?: string;
  /** Keeps everything here, across kills too; otherwise in memory and a directory that `close` removes. */
  readonly stateDir?: string;
  /** Shortest and longest render time in seconds. */
  readonly renderSeconds?: readonly [number, number];
  /** US cents of each account. */
  readonly credits?: number;
  /** Running requests of one account; more wait. */
  readonly maxConcurrent?: number;
  /** Milliseconds since 1970. */
  readonly clock?: () => number;
  /** From 0 up to 1. */
  readonly random?: () => number;
  /** Videos encoded at a time; each is a thread. Default 1. */
  readonly renderThreads?: number;
  /** Divides width and height of videos: small ones are made quickly. Default 1. */
  readonly sizeDivisor?: number;
  /** Milliseconds between two looks for webhooks that are due; null leaves it to `deliverWebhooks`. Default 200. */
  readonly webhookPaceMs?: number | null;
  /** Fetches pictures of other hosts; without it those are refused. */
  readonly fetchForeignUrl?: typeof globalThis.fetch;
  /** Sends webhooks, to this machine only. */
  readonly fetchWebhook?: typeof globalThis.fetch;
  /** Told about videos that could not be rendered. */
  readonly onRenderFailure?: (id: string, error: unknown) => void;
}

export interface FalEmulator {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** What an account's base URL is set to: the same. */
  readonly baseUrl: string;
  readonly port: number;
  /** Resolves when no video is being rendered. */
  whenIdle(): Promise<void>;
  /** Sends the webhooks that are due now. */
  deliverWebhooks(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Starts a stand-in for the queue of fal with the models of Pika. Rejects with Node's error when the port or the
 * directory cannot be had.
 *
 * @example
 * const emulator = await startFalEmulator({ renderSeconds: [0, 0] });
 * await fetch(`${emulator.baseUrl}/fal-ai/pika/v2.2/text-to-video`, {
 *   method: 'POST',
 *   headers: { authorization: 'Key me:secret' },
 *   body: JSON.stringify({ prompt: 'a red fox' }),
 * });
 */
export async function startFalEmulator(options: FalEmulatorOptions = {}): Promise<FalEmulator> {
  const { webhookPaceMs = 200 } = options;
  const directory = options.stateDir ?? (await mkdtemp(join(tmpdir(), 'fal-emulator-')));
  const uploadDirectory = join(directory, 'uploads');
  const videoDirectory = join(directory, 'videos');
  await mkdir(uploadDirectory, { recursive: true });
  await mkdir(videoDirectory, { recursive: true });

  const store = openStore(options.stateDir === undefined ? null : join(directory, 'journal.jsonl'));
  const renderer = createRenderer({
    pictureDirectory: uploadDirectory,
    concurrency: options.renderThreads ?? 1,
  });
  let isClosed = false;
  const videos = createResultVideos(videoDirectory, renderer, (id, error) => {
    // Closing breaks off what is being rendered; the next start renders it again.
    if (!isClosed) {
      store.commit([{ kind: 'render_failed', id }]);
      options.onRenderFailure?.(id, error);
    }
  });
  let url = '';
  const webhooks = createWebhookSender(() => emulation, options.fetchWebhook ?? globalThis.fetch);
  const emulation: Emulation = {
    store,
    settings: settingsOf(options),
    uploadDirectory,
    clock: options.clock ?? Date.now,
    random: options.random ?? Math.random,
    videos,
    webhooks,
    sizeDivisor: options.sizeDivisor ?? 1,
    url: () => url,
    fetchForeignUrl: options.fetchForeignUrl ?? null,
  };
  for (const request of store.requests.values()) {
    renderResult(emulation, request);
  }

  async function release(): Promise<void> {
    isClosed = true;
    await renderer.close();
    await videos.whenIdle();
    store.close();
    if (options.stateDir === undefined) {
      await rm(directory, { recursive: true, force: true });
    }
  }

  const app = withControl(controlledFal(emulation), falRoutes(emulation), wait);
  try {
    const listening = await listen(app, { host: options.host ?? '127.0.0.1', port: options.port ?? 0 });
    url = listening.url;
    const stopLooking = lookForWebhooks(emulation, webhookPaceMs);
    return {
      url,
      baseUrl: url,
      port: listening.port,
      whenIdle: () => videos.whenIdle(),
      deliverWebhooks: () => webhooks.deliver(),
      async close() {
        stopLooking();
        await webhooks.close();
        await listening.close();
        await release();
      },
    };
  } catch (error) {
    await release();
    throw error;
  }
}

/** Looks for what is due again and again. The server keeps the process alive, not this timer. */
function lookForWebhooks({ webhooks }: Emulation, paceMs: number | null): () => void {
  if (paceMs === null) {
    return () => {};
  }
  const timer = setInterval(() => void webhooks.deliver(), paceMs).unref();
  return () => clearInterval(timer);
}

function settingsOf({ renderSeconds, credits, maxConcurrent }: FalEmulatorOptions): FalSettings {
  return {
    ...defaultFalSettings,
    ...(renderSeconds === undefined ? {} : { render_seconds: renderSeconds }),
    ...(credits === undefined ? {} : { credits }),
    ...(maxConcurrent === undefined ? {} : { max_concurrent: maxConcurrent }),
  };
}
