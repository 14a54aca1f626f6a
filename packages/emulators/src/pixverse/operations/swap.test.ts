import { describe, expect, it } from 'vitest';
import { codeOf, planOf } from '../../__tests__/references.ts';
import type { JsonObject } from '../../http/lossless-json.ts';
import { planSwap } from './swap.ts';

describe('planSwap', () => {
  const body: JsonObject = {
    source_video_id: 21,
    keyframe_id: 3,
    mask_id: '61',
    img_id: 11,
    quality: '360p',
  };

  it.each<[JsonObject, number]>([
    [{}, 0],
    [{ keyframe_id: 4 }, 400017],
    [{ keyframe_id: 0 }, 400017],
    [{ keyframe_id: 151 }, 400017],
    [{ keyframe_id: null }, 400011],
    [{ mask_id: '62' }, 400017],
    [{ mask_id: 61 }, 400013],
    [{ mask_id: null }, 400011],
    [{ source_video_id: null, video_media_id: 31 }, 400017],
    [{ img_id: 99 }, 400032],
    [{ quality: '1080p' }, 400017],
  ])('%j gives %i', (change, code) => {
    expect(codeOf(planSwap, { ...body, ...change })).toBe(code);
  });

  it('is as long as the source, in the quality asked for, and tells its price', () => {
    const { recipe, credits, replyCredits } = planOf(planSwap, body);
    expect([recipe.width, recipe.height, credits, replyCredits]).toEqual([640, 360, 45, 'credits']);
    expect(recipe.segments).toMatchObject([{ kind: 'composition', seconds: 5, subjects: ['11.png'] }]);
  });
});
