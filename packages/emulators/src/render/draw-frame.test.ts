import { describe, expect, it } from 'vitest';
import { createPlanes, planesOfRgb } from './canvas.ts';
import type { Planes } from './canvas.ts';
import { drawFrame, timeCode } from './draw-frame.ts';
import type { Pictures } from './draw-frame.ts';
import type { Recipe, Scene } from './recipe.ts';

function recipeOf(...scenes: Scene[]): Recipe {
  return {
    width: 320,
    height: 180,
    label: 'test',
    segments: scenes.map((scene) => ({ seconds: 2, caption: 'caption', ...scene })),
  };
}

function grey(level: number): Planes {
  return planesOfRgb(64, 36, new Uint8Array(64 * 36 * 3).fill(level));
}

/** Luma in the middle, where neither label nor caption is. */
function middleOf(canvas: Planes): number {
  return canvas.luma[Math.floor(canvas.height * 0.4) * canvas.width + Math.floor(canvas.width / 2)] ?? -1;
}

const pictures: Pictures = new Map([
  ['black.png', grey(0)],
  ['white.png', grey(255)],
]);

describe('timeCode', () => {
  it.each([
    [0, '00:00.0'],
    [3.25, '00:03.3'],
    [59.96, '01:00.0'],
    [75.5, '01:15.5'],
  ])('%d s is %s', (seconds, text) => {
    expect(timeCode(seconds)).toBe(text);
  });
});

describe('drawFrame', () => {
  it('draws at the scale of the encoder, rounded up', () => {
    const recipe = { ...recipeOf({ kind: 'gradient' }), height: 182 };
    const canvas = drawFrame(recipe, new Map(), 4, 0);
    expect([canvas.width, canvas.height]).toEqual([80, 46]);
  });

  it('looks different for another prompt, and as time passes, but not from run to run', () => {
    const recipe = recipeOf({ kind: 'gradient' });
    const [segment] = recipe.segments;
    const other = {
      ...recipe,
      segments: [{ ...segment, caption: 'other', kind: 'gradient', seconds: 2 } as const],
    };
    const first = drawFrame(recipe, new Map(), 1, 0);
    expect(drawFrame(recipe, new Map(), 1, 0)).toEqual(first);
    expect(drawFrame(other, new Map(), 1, 0)).not.toEqual(first);
    expect(drawFrame(recipe, new Map(), 1, 1)).not.toEqual(first);
  });

  it('shows the segment of the moment', () => {
    const recipe = recipeOf(
      { kind: 'picture', picture: 'white.png' },
      { kind: 'picture', picture: 'black.png' },
    );
    expect(middleOf(drawFrame(recipe, pictures, 1, 1.9))).toBe(235);
    expect(middleOf(drawFrame(recipe, pictures, 1, 2))).toBe(16);
    expect(middleOf(drawFrame(recipe, pictures, 1, 99))).toBe(16);
  });

  it('fades from one picture to the other', () => {
    const recipe = recipeOf({ kind: 'crossfade', from: 'black.png', to: 'white.png' });
    const levels = [0, 0.5, 1, 1.5, 2].map((seconds) => middleOf(drawFrame(recipe, pictures, 1, seconds)));
    expect(levels[0]).toBe(16);
    expect(levels[2]).toBeCloseTo(125, -1);
    expect(levels[4]).toBe(235);
    expect([...levels].sort((left, right) => left - right)).toEqual(levels);
  });

  it('puts subjects before the background', () => {
    const recipe = recipeOf({ kind: 'composition', background: 'black.png', subjects: ['white.png'] });
    const canvas = drawFrame(recipe, pictures, 1, 0);
    expect(middleOf(canvas)).toBe(235);
    expect(canvas.luma[canvas.width * Math.floor(canvas.height * 0.3) + 2]).toBe(16);
  });

  it('invents a background when there is none', () => {
    const recipe = recipeOf({ kind: 'composition', background: null, subjects: ['white.png'] });
    expect(new Set(drawFrame(recipe, pictures, 1, 0).luma).size).toBeGreaterThan(10);
  });

  it('draws stripes for a source that cannot be decoded', () => {
    const canvas = drawFrame(recipeOf({ kind: 'placeholder' }), new Map(), 1, 0);
    expect(new Set(canvas.luma.subarray(canvas.width * 60, canvas.width * 61)).size).toBe(2);
  });

  it('lets the progress bar grow', () => {
    const recipe = recipeOf({ kind: 'picture', picture: 'black.png' });
    const barOf = (seconds: number): number => {
      const canvas = drawFrame(recipe, pictures, 1, seconds);
      return canvas.luma.subarray(-canvas.width).filter((luma) => luma > 60).length;
    };
    expect(barOf(0)).toBe(0);
    expect(barOf(1)).toBe(160);
  });

  it('says which picture is missing', () => {
    expect(() => drawFrame(recipeOf({ kind: 'picture', picture: 'x.png' }), pictures, 1, 0)).toThrow('x.png');
    expect(() => drawFrame({ ...recipeOf(), segments: [] }, pictures, 1, 0)).toThrow(RangeError);
    expect(createPlanes(2, 2).blueness[0]).toBe(128);
  });
});
