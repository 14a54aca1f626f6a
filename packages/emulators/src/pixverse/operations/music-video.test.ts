import { describe, expect, it } from 'vitest';
import { codeOf, planOf } from '../../__tests__/references.ts';
import type { JsonObject } from '../../http/lossless-json.ts';
import { planMusicVideo } from './music-video.ts';

describe('planMusicVideo', () => {
  const body: JsonObject = {
    mv_agent_type: 'vibe_mv',
    audio_media_id: 51,
    aspect_ratio: '16:9',
    quality: '720p',
  };
  const picture = [{ img_id: 11, ref_name: 'singer' }];

  it.each<[JsonObject, number]>([
    [{}, 0],
    [{ audio_media_id: '51' }, 400013],
    [{ audio_media_id: 99 }, 500008],
    [{ audio_media_id: 31 }, 701020],
    [{ audio_media_id: null }, 400011],
    [{ mv_agent_type: 'opera' }, 400017],
    [{ mv_agent_type: null }, 400011],
    [{ aspect_ratio: '21:9' }, 400017],
    [{ quality: '540p' }, 400017],
    [{ img_references: picture, style_img_references: picture }, 0],
    [{ img_references: [...picture, ...picture] }, 400017],
    [{ img_references: [{ img_id: '11' }] }, 400013],
    [{ mv_style: 'Custom' }, 400011],
    [{ mv_style: 'custom', style_img_references: picture }, 0],
    [{ caption_switch: 'on' }, 400013],
    [{ seed: -1 }, 400017],
    [{ lyric_text: 'x'.repeat(4999) }, 0],
    [{ lyric_text: 'x'.repeat(5000) }, 400018],
  ])('%j gives %i', (change, code) => {
    expect(codeOf(planMusicVideo, { ...body, ...change })).toBe(code);
  });

  it('is as long as the music', () => {
    const { recipe, credits } = planOf(planMusicVideo, body);
    expect([recipe.width, recipe.height, recipe.segments[0]?.seconds]).toEqual([1280, 720, 7.2]);
    // Twice 12 credits a second of v6 with sound, for 8 started seconds.
    expect(credits).toBe(192);
  });
});
