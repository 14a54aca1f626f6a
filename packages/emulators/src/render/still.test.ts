import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { planesOfRgb, rgbOfPlanes } from './canvas.ts';
import type { Recipe } from './recipe.ts';
import { drawStill } from './still.ts';

describe('drawStill', () => {
  const recipe: Recipe = {
    width: 98,
    height: 54,
    label: '',
    segments: [{ kind: 'placeholder', seconds: 2, caption: '' }],
  };

  it('draws a PNG of the size of the recipe, the same every time and another at another moment', async () => {
    const [first, again, later] = await Promise.all(
      [0, 0, 1].map((seconds) => drawStill(recipe, seconds, '')),
    );
    const { width, height, format } = await sharp(first).metadata();
    expect([width, height, format]).toEqual([98, 54, 'png']);
    expect(again).toEqual(first);
    expect(later).not.toEqual(first);
  });

  it('rejects a picture that is not there', async () => {
    const missing = {
      ...recipe,
      segments: [{ kind: 'picture', seconds: 1, caption: '', picture: 'no.png' }],
    } as const;
    await expect(drawStill(missing, 0, '/nowhere')).rejects.toThrow('no.png');
  });
});

describe('rgbOfPlanes', () => {
  it('is the way back from planesOfRgb, within a rounding', () => {
    const pixels = Uint8Array.of(0, 0, 0, 255, 255, 255, 204, 51, 0, 10, 120, 240);
    const back = rgbOfPlanes(planesOfRgb(4, 1, pixels));
    for (const [index, value] of pixels.entries()) {
      expect(Math.abs((back[index] ?? 0) - value)).toBeLessThanOrEqual(3);
    }
  });
});
