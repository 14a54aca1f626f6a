import type { EmulationParts } from '../start/open-emulation.ts';
import type { RunwaySettings } from './settings.ts';
import { startWaiting } from './start-waiting.ts';
import type { Store, Task } from './store.ts';

/** The parts that all endpoints of one running emulator share. */
export interface Emulation extends EmulationParts<Store> {
  readonly settings: RunwaySettings;
  readonly createUuid: () => string;
}

/** The owner of a call's key, and the moment of the call. */
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
