import { describe, expect, it } from 'vitest';
import { codeOf, planOf } from '../../__tests__/references.ts';
import type { JsonObject } from '../../http/lossless-json.ts';
import { planUpscale } from './upscale.ts';

describe('planUpscale', () => {
  const upload: JsonObject = { video_media_id: 31 };

  it.each<[JsonObject, number]>([
    [{ source_video_id: 21 }, 0],
    [upload, 0],
    [{}, 400011],
    [{ source_video_id: 99 }, 500008],
  ])('%j gives %i', (body, code) => {
    expect(codeOf(planUpscale, body)).toBe(code);
  });

  it('doubles the sides, at 5 a started second', () => {
    const { recipe, credits, resolution } = planOf(planUpscale, { source_video_id: 21 });
    expect([recipe.width, recipe.height, credits, resolution]).toEqual([2048, 1152, 25, 1080]);
  });

  it('refuses a source that is over 1920 pixels a side', () => {
    expect(codeOf(planUpscale, upload, { media: { '31': { width: 1922 } } })).toBe(400017);
  });
});
