import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import {
  createRenderer,
  createResultVideos,
  listen,
  readSettings,
  secondsRange,
  wholeNumber,
  withControl,
} from '@pixsim7/emulators/parts';
import type { ControlledProvider } from '@pixsim7/emulators/parts';
import { lanternRoutes, replyOfStatus } from './routes.ts';
import { chargedOf, creditsLeftOf, runningOf, stateOf } from './videos.ts';
import type { Emulation, Video } from './videos.ts';

export interface LanternEmulatorOptions {
  readonly renderSeconds?: readonly [number, number];
  readonly credits?: number;
  readonly maxConcurrent?: number;
  /** Milliseconds since 1970. */
  readonly clock?: () => number;
  /** Frames a second at the most. */
  readonly maxFrameRate?: number;
}

export interface LanternEmulator {
  readonly url: string;
  readonly baseUrl: string;
  readonly port: number;
  whenIdle(): Promise<void>;
  close(): Promise<void>;
}

/** Starts a stand-in for the Lantern API on a free port. It keeps everything in memory. */
export async function startLanternEmulator(options: LanternEmulatorOptions = {}): Promise<LanternEmulator> {
  const directory = await mkdtemp(join(tmpdir(), 'lantern-emulator-'));
  const renderer = createRenderer({
    pictureDirectory: directory,
    concurrency: 1,
    maxFrameRate: options.maxFrameRate,
  });
  let url = '';
  const videos = new Map<string, Video>();
  const emulation: Emulation = {
    settings: {
      render_seconds: options.renderSeconds ?? [2, 2],
      max_concurrent: options.maxConcurrent ?? 2,
      credits: options.credits ?? 1_000,
    },
    videos,
    files: new Set(),
    directory,
    // What cannot be rendered is drawn for ever, which a test shows by its time limit.
    results: createResultVideos(directory, renderer, () => undefined),
    clock: options.clock ?? Date.now,
    url: () => url,
  };
  const app = withControl(controlledLantern(emulation), lanternRoutes(emulation), wait);
  const listening = await listen(app, { host: '127.0.0.1', port: 0 });
  url = listening.url;
  return {
    url,
    baseUrl: url,
    port: listening.port,
    whenIdle: () => emulation.results.whenIdle(),
    async close() {
      await listening.close();
      await renderer.close();
      await emulation.results.whenIdle();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** The side of the emulator that the control API sees. */
function controlledLantern(emulation: Emulation): ControlledProvider {
  const { settings, videos } = emulation;
  return {
    basePath: '',
    state() {
      const keys = [...new Set([...videos.values()].map(({ apiKey }) => apiKey))];
      const accounts = keys.map((apiKey) => ({
        api_key_suffix: apiKey.slice(-4),
        credits_left: creditsLeftOf(emulation, apiKey),
        running: runningOf(emulation, apiKey),
        max_running: 0,
      }));
      return {
        generations: [...videos.values()].map((video) => ({
          id: video.id,
          trace_id: video.token,
          api_key_suffix: video.apiKey.slice(-4),
          operation: video.operation,
          state: controlStateOf(emulation, video),
          credits: chargedOf(emulation, video),
          created_at: new Date(video.createdAt).toISOString(),
        })),
        accounts,
        credits_left: accounts.reduce((sum, account) => sum + account.credits_left, 0),
        max_running: 0,
      };
    },
    settings: () => settings,
    changeSettings(body) {
      const fields = {
        render_seconds: secondsRange,
        max_concurrent: wholeNumber(1, 10_000),
        credits: wholeNumber(0, 1_000_000_000),
      };
      Object.assign(settings, readSettings(fields, body));
    },
    errorReply: replyOfStatus,
  };
}

function controlStateOf(
  emulation: Emulation,
  video: Video,
): 'running' | 'succeeded' | 'filtered' | 'failed' | 'cancelled' {
  switch (stateOf(emulation, video)) {
    case 'done':
      return 'succeeded';
    case 'stopped':
      return 'cancelled';
    case 'failed':
      return video.ending === 'unsafe' ? 'filtered' : 'failed';
    default:
      return 'running';
  }
}
