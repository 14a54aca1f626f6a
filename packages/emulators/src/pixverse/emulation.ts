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
  return createIdentifier(random, (id) =>
    [store.generations, store.images, store.media, store.maskSelections, store.foreignCharges].some((items) =>
      items.has(id),
    ),
  );
}

/** A picture is drawn when it is fetched; a video has to be encoded first. */
export function isRendered({ videos }: Pick<Emulation, 'videos'>, { id, picture }: Generation): boolean {
  return picture !== undefined || videos.isRendered(id);
}

/** Only a successful video has a file to make. */
export function renderResult({ videos }: Pick<Emulation, 'videos'>, generation: Generation): void {
  if (generation.outcome === 'success' && generation.picture === undefined) {
    videos.render(generation.id, generation.recipe);
  }
}
