import { describe, expect, it } from 'vitest';
import { durationOf, frameRateOf, picturesOf, pixelScaleOf } from './recipe.ts';
import type { Recipe, Segment } from './recipe.ts';

function recipeOf(width: number, height: number, ...segments: Segment[]): Recipe {
  return { width, height, label: 'test', segments };
}

const gradient: Segment = { kind: 'gradient', seconds: 5, caption: '' };
const picture: Segment = { kind: 'picture', seconds: 3, caption: '', picture: 'a.png' };

describe('recipe', () => {
  it('is as long as its segments', () => {
    expect(durationOf(recipeOf(640, 360, gradient, picture))).toBe(8);
  });

  it('names every picture once', () => {
    const recipe = recipeOf(
      640,
      360,
      picture,
      gradient,
      { kind: 'placeholder', seconds: 1, caption: '' },
      { kind: 'crossfade', seconds: 1, caption: '', from: 'a.png', to: 'b.png' },
      { kind: 'composition', seconds: 1, caption: '', background: 'c.png', subjects: ['d.png'] },
      { kind: 'composition', seconds: 1, caption: '', background: null, subjects: ['e.png'] },
    );
    expect(picturesOf(recipe)).toEqual(['a.png', 'b.png', 'c.png', 'd.png', 'e.png']);
  });

  it.each([
    [640, 360, 10],
    [1024, 576, 8],
    [1280, 720, 8],
    [1920, 1080, 6],
  ])('has fewer frames the larger it is: %i x %i', (width, height, frameRate) => {
    expect(frameRateOf(recipeOf(width, height, gradient))).toBe(frameRate);
  });

  it('has fewer frames where that is asked for, and never another length', () => {
    expect(frameRateOf(recipeOf(640, 360, gradient), 1)).toBe(1);
    expect(frameRateOf(recipeOf(640, 360, { ...gradient, seconds: 2.5 }), 1)).toBe(10);
    expect(frameRateOf(recipeOf(640, 360, gradient), 30)).toBe(10);
  });

  it('is drawn finer when it shows photographs', () => {
    expect(pixelScaleOf(recipeOf(640, 360, gradient))).toBe(2);
    expect(pixelScaleOf(recipeOf(640, 360, picture))).toBe(1);
    expect(pixelScaleOf(recipeOf(1920, 1080, gradient))).toBe(4);
    expect(pixelScaleOf(recipeOf(1920, 1080, picture))).toBe(2);
  });
});
