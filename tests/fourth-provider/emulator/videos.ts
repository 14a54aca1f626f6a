import type { ResultVideos } from '@pixsim7/emulators/parts';

/** Named as in `POST /_emulator/settings`. */
export interface LanternSettings {
  render_seconds: readonly [number, number];
  max_concurrent: number;
  /** Matches of new accounts. */
  credits: number;
}

/** A video that was accepted; all that happens to it afterwards follows from the time. */
export interface Video {
  readonly id: string;
  readonly apiKey: string;
  readonly operation: string;
  /** The idempotency key, if there was one. */
  readonly token: string | null;
  readonly matches: number;
  readonly createdAt: number;
  readonly endsAt: number;
  readonly ending: 'done' | 'failed' | 'unsafe';
  /** Shown instead of `drawing`. */
  readonly strangeState: string | null;
  isStopped: boolean;
}

/** The parts that all endpoints of one running emulator share. */
export interface Emulation {
  readonly settings: LanternSettings;
  readonly videos: Map<string, Video>;
  /** Names of uploaded pictures in the directory of the renderer. */
  readonly files: Set<string>;
  readonly directory: string;
  readonly results: ResultVideos;
  readonly clock: () => number;
  url(): string;
}

export function stateOf({ clock, results }: Emulation, video: Video): string {
  if (video.isStopped) {
    return 'stopped';
  }
  if (clock() < video.endsAt) {
    return video.strangeState ?? 'drawing';
  }
  if (video.ending !== 'done') {
    return 'failed';
  }
  return results.isRendered(video.id) ? 'done' : 'drawing';
}

/** The charge that remains: a video that was stopped or failed costs nothing. */
export function chargedOf(emulation: Emulation, video: Video): number {
  return ['stopped', 'failed'].includes(stateOf(emulation, video)) ? 0 : video.matches;
}

/** A finished video without its file yet holds no slot: only time does. */
export function runningOf({ clock, videos }: Emulation, apiKey: string): number {
  return [...videos.values()].filter(
    (video) => video.apiKey === apiKey && !video.isStopped && clock() < video.endsAt,
  ).length;
}

export function creditsLeftOf(emulation: Emulation, apiKey: string): number {
  const own = [...emulation.videos.values()].filter((video) => video.apiKey === apiKey);
  return emulation.settings.credits - own.reduce((sum, video) => sum + chargedOf(emulation, video), 0);
}
