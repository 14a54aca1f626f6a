import { describe, expect, it } from 'vitest';
import { codeOf, planOf } from '../../__tests__/references.ts';
import type { JsonObject } from '../../http/lossless-json.ts';
import { planSoundEffect } from './sound-effect.ts';

describe('planSoundEffect', () => {
  const body: JsonObject = { source_video_id: 21, original_sound_switch: true, sound_effect_content: 'rain' };

  it.each<[JsonObject, number]>([
    [{}, 0],
    [{ sound_effect_content: null }, 0],
    [{ sound_effect_content: '' }, 0],
    [{ sound_effect_content: 'x'.repeat(2048) }, 0],
    [{ sound_effect_content: 'x'.repeat(2049) }, 400018],
    [{ original_sound_switch: 'yes' }, 400013],
    [{ source_video_id: null }, 400011],
    [{ source_video_id: null, video_media_id: 51 }, 400017],
  ])('%j gives %i', (change, code) => {
    expect(codeOf(planSoundEffect, { ...body, ...change })).toBe(code);
  });

  it('costs 2 a started second, and has sound', () => {
    expect(planOf(planSoundEffect, body)).toMatchObject({ credits: 10, recipe: { hasSound: true } });
    const upload = { ...body, source_video_id: null, video_media_id: 31 };
    expect(planOf(planSoundEffect, upload).credits).toBe(6);
  });
});
