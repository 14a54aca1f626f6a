import { describe, expect, it } from 'vitest';
import { codeOf, planOf, sourceRecipe } from '../../__tests__/references.ts';
import type { JsonObject } from '../../http/lossless-json.ts';
import { planLipSync } from './lip-sync.ts';

describe('planLipSync', () => {
  const recorded: JsonObject = { source_video_id: 21, audio_media_id: 51 };
  const written: JsonObject = {
    source_video_id: 21,
    lip_sync_tts_speaker_id: 'auto',
    lip_sync_tts_content: 'hello this is harry, where are you from?',
  };
  const upload = { source_video_id: null, video_media_id: 31 };

  it.each<[JsonObject, number]>([
    [recorded, 0],
    [{ ...recorded, ...upload }, 0],
    [written, 0],
    [{ ...written, ...upload }, 0],
    [{ ...written, lip_sync_tts_speaker_id: '7' }, 0],
    [{ ...written, lip_sync_tts_speaker_id: 'nobody' }, 400017],
    [{ ...written, lip_sync_tts_speaker_id: 7 }, 400013],
    [{ ...written, lip_sync_tts_speaker_id: null }, 400011],
    [{ ...written, lip_sync_tts_content: '' }, 400011],
    [{ ...written, lip_sync_tts_content: '🦊'.repeat(200) }, 0],
    [{ ...written, lip_sync_tts_content: 'x'.repeat(201) }, 400017],
    [{ ...written, ...recorded }, 400017],
    [{ source_video_id: 21 }, 400011],
    [{ audio_media_id: 51 }, 400011],
    [{ ...recorded, video_media_id: 31 }, 400017],
    [{ ...recorded, audio_media_id: '51' }, 400013],
    [{ ...recorded, audio_media_id: 99 }, 500008],
    [{ ...recorded, audio_media_id: 31 }, 400017],
    [{ audio_media_id: 51, video_media_id: 51 }, 400017],
  ])('%j gives %i', (body, code) => {
    expect(codeOf(planLipSync, body)).toBe(code);
  });

  it('costs 4 a started second of a recording, and 4 for 15 started bytes of a text', () => {
    expect(planOf(planLipSync, recorded).credits).toBe(32);
    expect(planOf(planLipSync, written).credits).toBe(12);
    expect(planOf(planLipSync, { ...written, lip_sync_tts_content: 'x'.repeat(15) }).credits).toBe(4);
    expect(planOf(planLipSync, { ...written, lip_sync_tts_content: 'ü'.repeat(8) }).credits).toBe(8);
  });

  it('shows the source, in its length, with sound', () => {
    const { recipe, prompt, resolution } = planOf(planLipSync, written);
    expect(recipe).toMatchObject({ width: 1024, height: 576, hasSound: true });
    expect(recipe.segments).toEqual(sourceRecipe.segments);
    expect([prompt, resolution]).toEqual(['hello this is harry, where are you from?', 540]);
  });
});
