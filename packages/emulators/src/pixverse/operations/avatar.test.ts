import { describe, expect, it } from 'vitest';
import { codeOf, planOf } from '../../__tests__/references.ts';
import type { JsonObject } from '../../http/lossless-json.ts';
import { planAvatar } from './avatar.ts';

describe('planAvatar', () => {
  const body: JsonObject = {
    img_id: 11,
    quality: '720p',
    lip_sync_tts_speaker_id: '7',
    lip_sync_tts_content: 'x'.repeat(31),
  };
  const recorded: JsonObject = {
    audio_media_id: 51,
    lip_sync_tts_speaker_id: null,
    lip_sync_tts_content: null,
  };

  it.each<[JsonObject, number]>([
    [{}, 0],
    [recorded, 0],
    [{ audio_media_id: 51 }, 400017],
    [{ img_id: null }, 400011],
    [{ img_id: '11' }, 400013],
    [{ quality: null }, 400011],
    [{ lip_sync_tts_speaker_id: 'nobody' }, 400017],
  ])('%j gives %i', (change, code) => {
    expect(codeOf(planAvatar, { ...body, ...change })).toBe(code);
  });

  it('speaks for as long as the words take, at the price of v6 with sound', () => {
    const written = planOf(planAvatar, body);
    expect([written.recipe.segments[0]?.seconds, written.credits]).toEqual([3, 36]);
    const spoken = planOf(planAvatar, { ...body, ...recorded });
    expect([spoken.recipe.segments[0]?.seconds, spoken.credits]).toEqual([7.2, 96]);
    expect(spoken.recipe.hasSound).toBe(true);
  });
});
