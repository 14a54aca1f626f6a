import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { withControl } from '../control/control-routes.ts';
import { listen } from '../http/listen.ts';
import { createRenderer } from '../render/renderer.ts';
import { createResultVideos } from '../render/result-videos.ts';
import { controlledRunway } from './controlled.ts';
import { renderResult } from './emulation.ts';
import type { Emulation } from './emulation.ts';
import { runwayRoutes } from './routes.ts';
import { defaultRunwaySettings } from './settings.ts';
import type { RunwaySettings } from './settings.ts';
import { openStore } from './store.ts';

export interface RunwayEmulatorOptions {
  /** 0, the default, takes a free one. */
  readonly port?: number;
  /** Default 127.0.0.1: whoever reaches the control API can do anything with the emulator. */
  readonly host?: string;
  /** Keeps everything here, across kills too; otherwise in memory and a directory that `close` removes. */
  readonly stateDir?: string;
  /** Shortest and longest render time in seconds. */
  readonly renderSeconds?: readonly [number, number];
  /** Credits of each organization. */
  readonly credits?: number;
  /** Running tasks of one model in one organization. */
  readonly maxConcurrent?: number;
  /** Milliseconds since 1970. */
  readonly clock?: () => number;
  /** From 0 up to 1. */
  readonly random?: () => number;
  /** Ids of tasks and uploads. */
  readonly createUuid?: () => string;
  /** Videos encoded at a time; each is a thread. Default 1. */
  readonly renderThreads?: number;
  /** Fetches inputs given as URLs; without it those are refused. */
  readonly fetchForeignUrl?: typeof globalThis.fetch;
  /** Told about videos that could not be rendered. */
  readonly onRenderFailure?: (id: string, error: unknown) => void;
}

export interface RunwayEmulator {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** What an account's base URL is set to; Runway's paths begin at the root. */
  readonly baseUrl: string;
  readonly port: number;
  /** Resolves when no video is being rendered. */
  whenIdle(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Starts a stand-in for the Runway API. Rejects with Node's error when the port or the directory cannot be had.
 *
 * @example
 * const emulator = await startRunwayEmulator({ renderSeconds: [0, 0] });
 * const client = new RunwayML({ apiKey: 'key_me', baseURL: emulator.baseUrl });
 */
export async function startRunwayEmulator(options: RunwayEmulatorOptions = {}): Promise<RunwayEmulator> {
  const directory = options.stateDir ?? (await mkdtemp(join(tmpdir(), 'runway-emulator-')));
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
  const emulation: Emulation = {
    store,
    settings: settingsOf(options),
    uploadDirectory,
    clock: options.clock ?? Date.now,
    random: options.random ?? Math.random,
    createUuid: options.createUuid ?? randomUUID,
    videos,
    url: () => url,
    fetchForeignUrl: options.fetchForeignUrl ?? null,
  };
  for (const task of store.tasks.values()) {
    renderResult(emulation, task);
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

  const app = withControl(controlledRunway(emulation), runwayRoutes(emulation), wait);
  try {
    const listening = await listen(app, { host: options.host ?? '127.0.0.1', port: options.port ?? 0 });
    url = listening.url;
    return {
      url,
      baseUrl: url,
      port: listening.port,
      whenIdle: () => videos.whenIdle(),
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

function settingsOf({ renderSeconds, credits, maxConcurrent }: RunwayEmulatorOptions): RunwaySettings {
  return {
    ...defaultRunwaySettings,
    ...(renderSeconds === undefined ? {} : { render_seconds: renderSeconds }),
    ...(credits === undefined ? {} : { credits }),
    ...(maxConcurrent === undefined ? {} : { max_concurrent: maxConcurrent }),
  };
}
