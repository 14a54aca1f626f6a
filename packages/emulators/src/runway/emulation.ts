import type { ResultVideos } from '../render/result-videos.ts';
import type { RunwaySettings } from './settings.ts';
import { startWaiting } from './start-waiting.ts';
import type { Store, Task } from './store.ts';

/** The parts that all endpoints of one running emulator share. */
export interface Emulation {
  readonly store: Store;
  readonly settings: RunwaySettings;
  readonly uploadDirectory: string;
  readonly clock: () => number;
  readonly random: () => number;
  readonly createUuid: () => string;
  readonly videos: ResultVideos;
  /** Of the server, without a slash at the end; known once it listens. */
  url(): string;
  /** Fetches inputs that are given as URLs; null refuses those. */
  readonly fetchForeignUrl: typeof globalThis.fetch | null;
}

/** Who calls, and when. */
export interface Caller {
  readonly apiKey: string;
  readonly now: number;
}

/** The time, after everything has happened that was due by then. */
export function presentOf({ store, settings, clock }: Emulation): number {
  const now = clock();
  startWaiting(store, settings.max_concurrent, now);
  return now;
}

/** Only what ends with a success has a file to show. */
export function renderResult({ videos }: Pick<Emulation, 'videos'>, task: Task): void {
  if (task.failure === null && task.deleted === null && task.seconds !== null) {
    videos.render(task.id, task.recipe);
  }
}
