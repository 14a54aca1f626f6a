import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { withControl } from '../control/control-routes.ts';
import { listen } from '../http/listen.ts';
import { createRenderer } from '../render/renderer.ts';
import { createResultVideos } from '../render/result-videos.ts';
import { controlledPixverse } from './controlled.ts';
import { renderResult } from './emulation.ts';
import type { Emulation } from './emulation.ts';
import { pixverseBasePath, pixverseRoutes } from './routes.ts';
import { defaultPixverseSettings } from './settings.ts';
import type { PixverseSettings } from './settings.ts';
import { openStore } from './store.ts';
import { createWebhookSender } from './webhooks.ts';

export interface PixverseEmulatorOptions {
  /** 0, the default, takes a free one. */
  readonly port?: number;
  /** Default 127.0.0.1: whoever reaches the control API can do anything with the emulator. */
  readonly host?: string;
  /** Keeps everything here, across kills too; otherwise in memory and a directory that `close` removes. */
  readonly stateDir?: string;
  /** Shortest and longest render time in seconds. */
  readonly renderSeconds?: readonly [number, number];
  /** Monthly credits of each account. */
  readonly credits?: number;
  /** Running generations of one account. */
  readonly maxConcurrent?: number;
  /** Milliseconds since 1970. */
  readonly clock?: () => number;
  /** From 0 up to 1. */
  readonly random?: () => number;
  /** Videos encoded at a time; each is a thread. Default 1. */
  readonly renderThreads?: number;
  /** Fetches uploads given as URLs of other hosts; without it those are refused. */
  readonly fetchForeignUrl?: typeof globalThis.fetch;
  /** How often it looks for webhooks to send, in milliseconds; null: only when it is told to. Default 100. */
  readonly webhookInterval?: number | null;
  /** Told about videos that could not be rendered. */
  readonly onRenderFailure?: (id: string, error: unknown) => void;
}

export interface PixverseEmulator {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** What an account's base URL is set to: `url` with `/openapi/v2`. */
  readonly baseUrl: string;
  readonly port: number;
  /** Resolves when no video is being rendered. */
  whenIdle(): Promise<void>;
  /** Sends the webhooks that are due, and resolves when each was answered or failed. */
  sendWebhooks(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Starts a stand-in for the PixVerse API. Rejects with Node's error when the port or the directory cannot be had.
 *
 * @example
 * const emulator = await startPixverseEmulator({ renderSeconds: [0, 0] });
 * await fetch(`${emulator.baseUrl}/account/balance`, { headers: { 'API-KEY': 'sk-me', 'Ai-trace-id': crypto.randomUUID() } });
 */
export async function startPixverseEmulator(
  options: PixverseEmulatorOptions = {},
): Promise<PixverseEmulator> {
  const clock = options.clock ?? Date.now;
  const directory = options.stateDir ?? (await mkdtemp(join(tmpdir(), 'pixverse-emulator-')));
  const uploadDirectory = join(directory, 'uploads');
  const videoDirectory = join(directory, 'videos');
  await mkdir(uploadDirectory, { recursive: true });
  await mkdir(videoDirectory, { recursive: true });

  const settings = settingsOf(options);
  const store = openStore(options.stateDir === undefined ? null : join(directory, 'journal.jsonl'), clock());
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
  const emulation: Emulation = {
    store,
    settings,
    uploadDirectory,
    clock,
    random: options.random ?? Math.random,
    videos,
    url: () => url,
    fetchForeignUrl: options.fetchForeignUrl ?? null,
  };
  for (const generation of store.generations.values()) {
    renderResult(emulation, generation);
  }

  const webhooks = createWebhookSender(emulation, globalThis.fetch);
  const interval = options.webhookInterval === undefined ? 100 : options.webhookInterval;
  const timer = interval === null ? null : setInterval(() => void webhooks.sendDue(), interval).unref();

  async function release(): Promise<void> {
    isClosed = true;
    if (timer !== null) {
      clearInterval(timer);
    }
    await webhooks.finish();
    await renderer.close();
    await videos.whenIdle();
    store.close();
    if (options.stateDir === undefined) {
      await rm(directory, { recursive: true, force: true });
    }
  }

  const app = withControl(controlledPixverse(emulation), pixverseRoutes(emulation), wait);
  try {
    const listening = await listen(app, { host: options.host ?? '127.0.0.1', port: options.port ?? 0 });
    url = listening.url;
    return {
      url,
      baseUrl: `${url}${pixverseBasePath}`,
      port: listening.port,
      whenIdle: () => videos.whenIdle(),
      sendWebhooks: () => webhooks.sendDue(),
      async close() {
        await listening.close();
        await release();
      },
    };
  } catch (error) {
    await release();
    throw error;
  }
}

function settingsOf({ renderSeconds, credits, maxConcurrent }: PixverseEmulatorOptions): PixverseSettings {
  return {
    ...defaultPixverseSettings,
    ...(renderSeconds === undefined ? {} : { render_seconds: renderSeconds }),
    ...(credits === undefined ? {} : { credits }),
    ...(maxConcurrent === undefined ? {} : { max_concurrent: maxConcurrent }),
  };
}
