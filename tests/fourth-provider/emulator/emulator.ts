import {
  keySuffix,
  openEmulation,
  providerState,
  readSettings,
  secondsRange,
  settingsAtStart,
  wholeNumber,
} from '@pixsim7/emulators/parts';
import type {
  ControlledProvider,
  GenerationState,
  RunningEmulator,
  StartOptions,
} from '@pixsim7/emulators/parts';
import { lanternRoutes, replyOfStatus } from './routes.ts';
import { chargedOf, creditsLeftOf, runningOf, stateOf } from './videos.ts';
import type { Emulation, LanternSettings, Video } from './videos.ts';

const defaultSettings: LanternSettings = { render_seconds: [2, 2], max_concurrent: 2, credits: 1_000 };

/** Keeps nothing. A video that cannot be rendered is drawn forever, which a test shows by its time limit. */
const noStore = { commit: () => undefined, close: () => undefined };

/** Starts a stand-in for the Lantern API on a free port. It keeps everything in memory. */
export async function startLanternEmulator(options: StartOptions = {}): Promise<RunningEmulator> {
  const { parts, serve } = await openEmulation('lantern', options, () => noStore);
  const emulation: Emulation = {
    settings: settingsAtStart(defaultSettings, options),
    videos: new Map(),
    files: new Set(),
    directory: parts.uploadDirectory,
    results: parts.videos,
    clock: parts.clock,
    url: () => parts.url(),
  };
  return serve(controlledLantern(emulation), lanternRoutes(emulation));
}

/** The side of the emulator that the control API sees. */
function controlledLantern(emulation: Emulation): ControlledProvider {
  const { settings, videos } = emulation;
  return {
    basePath: '',
    state() {
      const keys = [...new Set([...videos.values()].map(({ apiKey }) => apiKey))];
      const accounts = keys.map((apiKey) => ({
        api_key_suffix: keySuffix(apiKey),
        credits_left: creditsLeftOf(emulation, apiKey),
        running: runningOf(emulation, apiKey),
        max_running: 0,
      }));
      const generations = [...videos.values()].map((video) => ({
        id: video.id,
        trace_id: video.token,
        api_key_suffix: keySuffix(video.apiKey),
        operation: video.operation,
        state: controlStateOf(emulation, video),
        credits: chargedOf(emulation, video),
        created_at: new Date(video.createdAt).toISOString(),
      }));
      return providerState(generations, accounts);
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

function controlStateOf(emulation: Emulation, video: Video): GenerationState['state'] {
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
