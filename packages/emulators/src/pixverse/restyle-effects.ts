/** A look that POST /video/restyle/generate knows by number. */
export interface RestyleEffect {
  readonly id: number;
  readonly name: string;
  readonly prompt: string;
}

// The first is the one that a relay's tests show; the others are made up, so that a list has pages.
export const restyleEffects: readonly RestyleEffect[] = [
  { id: 1, name: 'anime', prompt: 'anime style' },
  { id: 2, name: 'clay', prompt: 'clay animation' },
  { id: 3, name: 'comic', prompt: 'comic book with ink lines' },
  { id: 4, name: 'cyberpunk', prompt: 'neon lit cyberpunk' },
  { id: 5, name: 'watercolour', prompt: 'watercolour on paper' },
  { id: 6, name: 'pixel art', prompt: '16-bit pixel art' },
  { id: 7, name: 'felt', prompt: 'felt and wool puppets' },
  { id: 8, name: 'noir', prompt: 'black and white film noir' },
];
