import type { EmulationParts } from '../start/open-emulation.ts';
import { createIdentifier } from './identifiers.ts';
import type { PixverseSettings } from './settings.ts';
import type { Generation, Store } from './store.ts';

/** The parts that all endpoints of one running emulator share. */
export interface Emulation extends EmulationParts<Store> {
  readonly settings: PixverseSettings;
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
