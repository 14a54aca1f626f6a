import { describe, expect, it } from 'vitest';
import { codeOf, planOf } from '../../__tests__/references.ts';
import type { JsonObject } from '../../http/lossless-json.ts';
import { planModify } from './modify.ts';

describe('planModify', () => {
  const body: JsonObject = {
    source_video_id: 21,
    prompt: '@selection0 subject is swapped with @img0',
    img_ids: [11],
    mask_ids: ['61'],
    keyframe_ids: 3,
    quality: '540p',
  };
  const plain: JsonObject = { prompt: 'at night', img_ids: null, mask_ids: null, keyframe_ids: null };

  it.each<[JsonObject, number]>([
    [{}, 0],
    [plain, 0],
    [{ ...plain, source_video_id: null, video_media_id: 31 }, 0],
    [{ source_video_id: null, video_media_id: 31 }, 400017],
    [{ prompt: 'x'.repeat(5001) }, 400018],
    [{ prompt: null }, 400011],
    [{ prompt: '@img1' }, 400017],
    [{ prompt: '@selection1' }, 400017],
    [{ ...plain, mask_urls: ['http://mask'], prompt: '@selection0' }, 0],
    [{ img_ids: [11, 12, 13, 14] }, 400017],
    [{ mask_ids: ['1', '2', '3', '4'] }, 400017],
    [{ mask_ids: [61] }, 400013],
    [{ mask_ids: ['62'] }, 400017],
    [{ keyframe_ids: 4 }, 400017],
    [{ keyframe_ids: [3] }, 400013],
    [{ quality: '1080p' }, 400017],
  ])('%j gives %i', (change, code) => {
    expect(codeOf(planModify, { ...body, ...change })).toBe(code);
  });

  it('is as long as the source', () => {
    expect(planOf(planModify, body)).toMatchObject({
      credits: 50,
      replyCredits: null,
      recipe: { width: 1024, segments: [{ kind: 'composition', seconds: 5, subjects: ['11.png'] }] },
    });
    const { recipe } = planOf(planModify, { ...body, ...plain });
    expect(recipe.segments).toEqual([{ kind: 'gradient', seconds: 5, caption: 'at night' }]);
  });
});
