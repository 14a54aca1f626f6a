import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Hono } from 'hono';
import { withControl } from '../control/control-routes.ts';
import type { ControlledProvider } from '../control/controlled-provider.ts';
import { listen } from '../http/listen.ts';
import type { NodeEnvironment } from '../http/listen.ts';
import { createRenderer } from '../render/renderer.ts';
import { createResultVideos } from '../render/result-videos.ts';
import type { ResultVideos } from '../render/result-videos.ts';
import type { RunningEmulator, StartOptions } from './options.ts';

/** The parts that the endpoints of every emulator share; each adds its settings and more. */
export interface EmulationParts<Store> {
  readonly store: Store;
  readonly uploadDirectory: string;
  readonly clock: () => number;
  readonly random: () => number;
  readonly videos: ResultVideos;
  /** Of the server, without a slash at the end; known once it listens. */
  url(): string;
  /** Fetches a file that is given as a URL of another host; null refuses those. */
  readonly fetchForeignUrl: typeof globalThis.fetch | null;
}

interface RenderFailed {
  readonly kind: 'render_failed';
  readonly id: string;
}

/** Of a store, as much as the start has to know. */
interface StartedStore {
  commit(entries: readonly RenderFailed[]): void;
  close(): void;
}

/** Webhooks that are looked for again and again while the emulator runs. */
export interface WebhookPace {
  readonly sendDue: () => Promise<void>;
  /** Milliseconds between two looks; null leaves it to others. */
  readonly milliseconds: number | null;
  /** Resolves when nothing is under way. */
  close(): Promise<void>;
}

export interface OpenEmulation<Store> {
  readonly parts: EmulationParts<Store>;
  /** Listens, or gives everything back and rejects with Node's error. To be called once. */
  readonly serve: (
    provider: ControlledProvider,
    wire: Hono<NodeEnvironment>,
    webhooks?: WebhookPace,
  ) => Promise<RunningEmulator>;
}

/**
 * Opens directories, journal and renderer of an emulator.
 *
 * @param name begins the name of the directory that is used when none is given
 * @param openStore is given the file of the journal, null to keep everything in memory, and the time
 */
export async function openEmulation<Store extends StartedStore>(
  name: string,
  options: StartOptions,
  openStore: (journalFile: string | null, now: number) => Store,
): Promise<OpenEmulation<Store>> {
  const { stateDir, clock = Date.now } = options;
  const directory = stateDir ?? (await mkdtemp(join(tmpdir(), `${name}-emulator-`)));
  const uploadDirectory = join(directory, 'uploads');
  const videoDirectory = join(directory, 'videos');
  await mkdir(uploadDirectory, { recursive: true });
  await mkdir(videoDirectory, { recursive: true });

  const store = openStore(stateDir === undefined ? null : join(directory, 'journal.jsonl'), clock());
  const renderer = createRenderer({
    pictureDirectory: uploadDirectory,
    concurrency: options.renderThreads ?? 1,
    maxFrameRate: options.maxFrameRate,
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

  async function release(): Promise<void> {
    isClosed = true;
    await renderer.close();
    await videos.whenIdle();
    store.close();
    if (stateDir === undefined) {
      await rm(directory, { recursive: true, force: true });
    }
  }

  return {
    parts: {
      store,
      uploadDirectory,
      clock,
      random: options.random ?? Math.random,
      videos,
      url: () => url,
      fetchForeignUrl: options.fetchForeignUrl ?? null,
    },
    async serve(provider, wire, webhooks) {
      const { host = '127.0.0.1', port = 0 } = options;
      const listening = await listen(withControl(provider, wire, wait), { host, port }).catch(
        async (error: unknown) => {
          await release();
          throw error;
        },
      );
      url = listening.url;
      const stopLooking = webhooks === undefined ? () => {} : lookForWebhooks(webhooks);
      return {
        url,
        baseUrl: `${url}${provider.basePath}`,
        port: listening.port,
        whenIdle: () => videos.whenIdle(),
        async close() {
          stopLooking();
          await webhooks?.close();
          await listening.close();
          await release();
        },
      };
    },
  };
}

/** The server keeps the process alive, not this timer. */
function lookForWebhooks({ sendDue, milliseconds }: WebhookPace): () => void {
  if (milliseconds === null) {
    return () => {};
  }
  const timer = setInterval(() => void sendDue(), milliseconds).unref();
  return () => clearInterval(timer);
}
