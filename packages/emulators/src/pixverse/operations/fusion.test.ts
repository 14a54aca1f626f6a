import { describe, expect, it } from 'vitest';
import { codeOf, planOf } from '../../__tests__/references.ts';
import type { JsonObject } from '../../http/lossless-json.ts';
import { planFusion } from './fusion.ts';

describe('planFusion', () => {
  const body: JsonObject = {
    model: 'v4.5',
    prompt: '@dog plays in the @living room',
    duration: 5,
    quality: '540p',
    aspect_ratio: '16:9',
    image_references: [
      { type: 'subject', img_id: 11, ref_name: 'dog' },
      { type: 'background', img_id: 12, ref_name: 'living room' },
    ],
  };

  function many(count: number): JsonObject {
    const names = Array.from({ length: count }, (_, index) => `n${index}`);
    return {
      prompt: names.map((name) => `@${name} `).join(''),
      image_references: names.map((name) => ({ type: 'subject', img_id: 11, ref_name: name })),
    };
  }

  function reference(change: JsonObject): JsonObject {
    return { image_references: [{ type: 'subject', img_id: 11, ref_name: 'dog', ...change }] };
  }

  it.each<[string, JsonObject, number]>([
    ['as in the reference', {}, 0],
    ['no references', { image_references: [] }, 400011],
    ['three for v4.5', many(3), 0],
    ['four for v4.5', many(4), 400017],
    ['seven for v5.6', { model: 'v5.6', ...many(7) }, 0],
    ['eight for c1', { model: 'c1', ...many(8) }, 400017],
    ['a model without fusion', { model: 'v4' }, 400017],
    ['v6', { model: 'v6', duration: 7 }, 0],
    ['a duration of another model', { duration: 10 }, 400017],
    ['10 s on v5.5', { model: 'v5.5', duration: 10 }, 0],
    ['an unknown type', reference({ type: 'object' }), 400017],
    ['no type', reference({ type: null }), 400011],
    ['no name', reference({ ref_name: '' }), 400011],
    ['a name with other characters', reference({ ref_name: 'dog!' }), 400017],
    ['a long name', { prompt: `@${'x'.repeat(31)} `, ...reference({ ref_name: 'x'.repeat(31) }) }, 400017],
    ['a name that is not cited', reference({ ref_name: 'cat' }), 400017],
    ['a name cited without a space behind', { prompt: '@dog, come', ...reference({}) }, 400017],
    ['a name cited at the end', { prompt: 'come @dog', ...reference({}) }, 0],
    ['an unknown image', reference({ img_id: 99 }), 400032],
    ['a quoted image id', reference({ img_id: '11' }), 400013],
    ['audio on v5.5, which fusion does not have', { model: 'v5.5', generate_audio_switch: true }, 400017],
    ['audio on v5.6', { model: 'v5.6', generate_audio_switch: true }, 0],
    ['omni without videos', { model: 'v6', reference_mode: 'omni' }, 0],
    ['omni on another model', { model: 'v5', reference_mode: 'omni' }, 400017],
    ['ten for omni', { model: 'v6', reference_mode: 'omni', ...many(10) }, 0],
    ['eleven for omni', { model: 'v6', reference_mode: 'omni', ...many(11) }, 400017],
    ['a model without fusion at all', { model: 'v6-max' }, 400017],
    ['the ratio of omni', { aspect_ratio: 'auto' }, 400017],
    ['videos without omni', { model: 'v6', video_references: [] }, 400017],
    ['no ratio', { aspect_ratio: null }, 400011],
  ])('%s', (_, change, code) => {
    expect(codeOf(planFusion, { ...body, ...change })).toBe(code);
  });

  it('refuses the same name twice', () => {
    const twice = [11, 12].map((id) => ({ type: 'subject', img_id: id, ref_name: 'dog' }));
    expect(codeOf(planFusion, { ...body, image_references: twice })).toBe(400017);
  });

  const omni: JsonObject = {
    ...body,
    model: 'v6',
    prompt: 'as in @clip',
    image_references: null,
    reference_mode: 'omni',
    duration: 0,
    aspect_ratio: 'auto',
    video_references: [{ ref_name: 'clip', source_video_id: 21 }],
  };
  const twoClips = {
    prompt: '@clip then @other',
    video_references: [
      { ref_name: 'clip', source_video_id: 21 },
      { ref_name: 'other', video_media_id: 31 },
    ],
  };

  it.each<[string, JsonObject, number]>([
    ['one video', {}, 0],
    ['two videos', twoClips, 0],
    ['no references', { video_references: [] }, 400011],
    ['three videos', { video_references: [{}, {}, {}] }, 400017],
    ['a length of its own', { duration: 5 }, 400017],
    ['no length', { duration: null }, 400011],
    ['an uncited video', { prompt: 'a fox' }, 400017],
    ['a reference without a video', { video_references: [{ ref_name: 'clip' }] }, 400011],
    ['a quoted video', { video_references: [{ ref_name: 'clip', source_video_id: '21' }] }, 400013],
    ['an unknown video', { video_references: [{ ref_name: 'clip', source_video_id: 99 }] }, 500008],
    [
      'a name of a picture and a video',
      { image_references: [{ type: 'subject', img_id: 11, ref_name: 'clip' }] },
      400017,
    ],
  ])('with reference videos: %s', (_, change, code) => {
    expect(codeOf(planFusion, { ...omni, ...change })).toBe(code);
  });

  it('takes no more than 15 s of reference video', () => {
    const long = { ...omni, ...twoClips };
    expect(codeOf(planFusion, long, { media: { '31': { seconds: 10 } } })).toBe(0);
    expect(codeOf(planFusion, long, { media: { '31': { seconds: 10.1 } } })).toBe(400017);
  });

  it('with reference videos is as long as the longest, in the ratio of the first, at twice the price of all', () => {
    const { recipe, credits } = planOf(planFusion, { ...omni, ...twoClips, generate_audio_switch: true });
    expect([recipe.width, recipe.height, recipe.segments[0]?.seconds]).toEqual([1024, 576, 5]);
    // 7.5 s count as 8, at 9 credits a second.
    expect(credits).toBe(2 * 9 * 8);
    expect(planOf(planFusion, omni).credits).toBe(2 * 7 * 5);
  });

  it('puts the subjects before the background', () => {
    expect(planOf(planFusion, body).recipe.segments[0]).toMatchObject({
      kind: 'composition',
      background: '12.png',
      subjects: ['11.png'],
    });
    expect(planOf(planFusion, { ...body, ...many(2) }).recipe.segments[0]).toMatchObject({
      background: null,
      subjects: ['11.png', '11.png'],
    });
  });
});
