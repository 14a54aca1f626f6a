import type { Quality } from './capabilities.ts';
import { qualities } from './capabilities.ts';

/** An effect of the catalogue. It has to be activated before it can be used. */
export interface Template {
  readonly id: string;
  readonly name: string;
  readonly makes: 'video' | 'image';
  /** Pictures that it takes. */
  readonly images: number;
  readonly qualities: readonly Quality[];
  /** Length of its video; 0 for a picture. */
  readonly seconds: number;
}

const upTo540p: readonly Quality[] = ['360p', '540p'];

// The first video and the first image template have the ids of the reference's examples; the rest is made up.
const catalogue: readonly Template[] = [
  { id: '302325299692608', name: 'Slow Orbit', makes: 'video', images: 1, qualities, seconds: 5 },
  { id: '302325299692609', name: 'Handshake', makes: 'video', images: 2, qualities, seconds: 5 },
  // Longer, and for these two qualities only: the older models have no price for 8 s of 1080p.
  { id: '302325299692610', name: 'Paper World', makes: 'video', images: 1, qualities: upTo540p, seconds: 8 },
  { id: '302325299692611', name: 'Snow Globe', makes: 'video', images: 1, qualities, seconds: 5 },
  { id: '384631857552768', name: 'Studio Portrait', makes: 'image', images: 1, qualities, seconds: 0 },
  { id: '384631857552769', name: 'Double Exposure', makes: 'image', images: 2, qualities, seconds: 0 },
  { id: '384631857552770', name: 'Blueprint', makes: 'image', images: 1, qualities, seconds: 0 },
];

/** Active from the start: all but one of each kind. */
export const templatesActiveAtStart: readonly string[] = catalogue
  .map(({ id }) => id)
  .filter((id) => id !== '302325299692611' && id !== '384631857552770');

/** The catalogue, and what was activated without being in it. */
export function templatesWith(activeIds: readonly string[]): readonly Template[] {
  const others = activeIds.filter((id) => catalogue.every((template) => template.id !== id));
  return [...catalogue, ...others.map(templateOf)];
}

/** An id that is not in the catalogue is taken for a plain effect on one picture. */
export function templateOf(id: string): Template {
  const known = catalogue.find((template) => template.id === id);
  return known ?? { id, name: `Template ${id}`, makes: 'video', images: 1, qualities, seconds: 5 };
}
