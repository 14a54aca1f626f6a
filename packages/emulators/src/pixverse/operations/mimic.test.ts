import { describe, expect, it } from 'vitest';
import { codeOf, planOf } from '../../__tests__/references.ts';
import type { JsonObject } from '../../http/lossless-json.ts';
import { planMimic } from './mimic.ts';

describe('planMimic', () => {
  const body: JsonObject = { video_media_id: 31, img_id: 11, quality: '360p' };

  it.each<[JsonObject, number]>([
    [{}, 0],
    [{ video_media_id: null, source_video_id: 21 }, 0],
    [{ quality: '720p' }, 0],
    [{ quality: '1080p' }, 400017],
    [{ quality: null }, 400011],
    [{ img_id: null }, 400011],
    [{ img_id: 99 }, 400032],
    [{ video_media_id: null }, 400011],
    [{ video_media_id: 51 }, 400017],
  ])('%j gives %i', (change, code) => {
    expect(codeOf(planMimic, { ...body, ...change })).toBe(code);
  });

  it.each([
    ['360p', 27],
    ['540p', 30],
    ['720p', 36],
  ])('costs at %s for 2.5 s: %i, told as credit', (quality, credits) => {
    expect(planOf(planMimic, { ...body, quality })).toMatchObject({ credits, replyCredits: 'credit' });
  });

  it('shows the picture for as long as the reference video', () => {
    const { recipe } = planOf(planMimic, body);
    expect([recipe.width, recipe.height]).toEqual([640, 426]);
    expect(recipe.segments).toMatchObject([{ kind: 'picture', picture: '11.png', seconds: 2.5 }]);
  });

  it('refuses what its files are named for', () => {
    expect(codeOf(planMimic, body, { images: { '11': 'no-subject.png' } })).toBe(701002);
    expect(codeOf(planMimic, body, { media: { '31': { name: 'no-person.mp4' } } })).toBe(701003);
  });
});
