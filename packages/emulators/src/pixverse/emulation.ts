import type { ResultVideos } from '../render/result-videos.ts';
import { createIdentifier } from './identifiers.ts';
import type { PixverseSettings } from './settings.ts';
import type { Generation, Store } from './store.ts';

/** The parts that all endpoints of one running emulator share. */
export interface Emulation {
  readonly store: Store;
  readonly settings: PixverseSettings;
  readonly uploadDirectory: string;
  readonly clock: () => number;
  readonly random: () => number;
  readonly videos: ResultVideos;
  /** Of the server, without a slash at the end; known once it listens. */
  url(): string;
  /** Fetches an upload that was given as a URL of another host; null refuses those. */
  readonly fetchForeignUrl: typeof globalThis.fetch | null;
}

/** An id that nothing here has yet. */
export function newIdentifier({ store, random }: Pick<Emulation, 'store' | 'random'>): string {
  return createIdentifier(
    random,
    (id) => store.generations.has(id) || store.images.has(id) || store.media.has(id),
  );
}

/** Only a success has a file to show. */
export function renderResult({ videos }: Pick<Emulation, 'videos'>, generation: Generation): void {
  if (generation.outcome === 'success') {
    videos.render(generation.id, generation.recipe);
  }
}
