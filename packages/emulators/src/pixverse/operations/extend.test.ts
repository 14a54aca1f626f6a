import { describe, expect, it } from 'vitest';
import { codeOf, planOf, sourceRecipe } from '../../__tests__/references.ts';
import type { JsonObject } from '../../http/lossless-json.ts';
import { durationOf } from '../../render/recipe.ts';
import { planExtend } from './extend.ts';

describe('planExtend', () => {
  const body: JsonObject = {
    model: 'v5',
    prompt: 'on and on',
    quality: '540p',
    duration: 8,
    source_video_id: 21,
  };
  const long = { ...sourceRecipe, segments: [{ kind: 'gradient', seconds: 40, caption: '' } as const] };

  it.each<[JsonObject, number]>([
    [{}, 0],
    [{ source_video_id: null }, 400011],
    [{ source_video_id: '21' }, 400013],
    [{ source_video_id: 99 }, 500008],
    [{ video_media_id: 31 }, 400017],
    [{ source_video_id: null, video_media_id: 31 }, 0],
    [{ source_video_id: null, video_media_id: 99 }, 500008],
    [{ source_video_id: null, video_media_id: 32 }, 400017],
    [{ source_video_id: null, video_media_id: 33 }, 400017],
    [{ source_video_id: 22 }, 400017],
    [{ model: 'v5.6' }, 400017],
    [{ model: 'c1' }, 400017],
    [{ model: 'v6', generate_audio_switch: true }, 0],
    [{ prompt: null }, 400011],
    [{ quality: null }, 400011],
  ])('%j gives %i', (change, code) => {
    const known = {
      videos: { '22': long },
      media: { '32': { mediaType: 'audio' }, '33': { width: 1922 } },
    } as const;
    expect(codeOf(planExtend, { ...body, ...change }, known)).toBe(code);
  });

  it('continues its source, in the size of the source', () => {
    const { recipe, credits } = planOf(planExtend, { ...body, quality: '360p' });
    expect([recipe.width, recipe.height, durationOf(recipe)]).toEqual([1024, 576, 13]);
    expect(recipe.segments[0]).toBe(sourceRecipe.segments[0]);
    // The length asked for is charged, not the whole.
    expect(credits).toBe(90);
  });

  it('continues an upload that it cannot show, in its length and even size', () => {
    const { recipe } = planOf(planExtend, { ...body, source_video_id: null, video_media_id: 31 });
    expect([recipe.width, recipe.height, durationOf(recipe)]).toEqual([640, 360, 10.5]);
    expect(recipe.segments[0]?.kind).toBe('placeholder');
  });
});
