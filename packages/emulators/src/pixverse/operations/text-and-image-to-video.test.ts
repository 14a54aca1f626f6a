import { describe, expect, it } from 'vitest';
import { codeOf, planOf } from '../../__tests__/references.ts';
import type { JsonObject, JsonValue } from '../../http/lossless-json.ts';
import { capabilitiesOf, models, qualities } from '../capabilities.ts';
import { planImageToVideo, planTextToVideo } from './text-and-image-to-video.ts';

const text: JsonObject = { model: 'v6', prompt: 'a fox', aspect_ratio: '16:9', duration: 5, quality: '540p' };
const image: JsonObject = { model: 'v6', prompt: 'a fox', img_id: 11, duration: 5, quality: '540p' };

function without(body: JsonObject, name: string): JsonObject {
  return Object.fromEntries(Object.entries(body).filter(([key]) => key !== name));
}

describe('planTextToVideo', () => {
  it.each(['model', 'prompt', 'aspect_ratio', 'duration', 'quality'])('needs %s', (name) => {
    expect(codeOf(planTextToVideo, without(text, name))).toBe(400011);
    expect(codeOf(planTextToVideo, { ...text, [name]: null })).toBe(400011);
  });

  it.each<[string, JsonValue]>([
    ['model', 6],
    ['prompt', ['a fox']],
    ['duration', '5'],
    ['duration', 5.5],
    ['quality', 540],
    ['seed', 'x'],
    ['generate_audio_switch', 1],
    ['template_id', '41'],
  ])('refuses %s of another JSON type: %j', (name, value) => {
    expect(codeOf(planTextToVideo, { ...text, [name]: value })).toBe(400013);
  });

  it.each<[string, JsonValue]>([
    ['model', 'v7'],
    ['quality', '480p'],
    ['aspect_ratio', '16:10'],
    ['duration', 16],
    ['duration', 0],
    ['seed', -1],
    ['seed', 2_147_483_648],
    ['motion_mode', 'slow'],
    ['style', 'baroque'],
    ['camera_movement', 'spin'],
    ['thinking_type', 'sometimes'],
  ])('refuses %s of a value that is not offered: %j', (name, value) => {
    expect(codeOf(planTextToVideo, { ...text, [name]: value })).toBe(400017);
  });

  it('refuses long prompts by codes of their own, counting characters and not UTF-16 units', () => {
    expect(codeOf(planTextToVideo, { ...text, prompt: '🦊'.repeat(5000) })).toBe(0);
    expect(codeOf(planTextToVideo, { ...text, prompt: 'x'.repeat(5001) })).toBe(400018);
    expect(codeOf(planTextToVideo, { ...text, negative_prompt: 'x'.repeat(5001) })).toBe(400019);
  });

  it.each<[JsonObject, number]>([
    // Durations, and what 1080p allows of them.
    [{ model: 'v3.5', duration: 8 }, 0],
    [{ model: 'v3.5', duration: 10 }, 400017],
    [{ model: 'v3.5', duration: 8, quality: '1080p' }, 400017],
    [{ model: 'v4', duration: 8, quality: '1080p' }, 400017],
    [{ model: 'v4.5', duration: 8, quality: '1080p' }, 400017],
    [{ model: 'v5', duration: 8, quality: '1080p' }, 0],
    [{ model: 'v5', duration: 10 }, 400017],
    [{ model: 'v5.5', duration: 10 }, 0],
    [{ model: 'v5.5', duration: 10, quality: '1080p' }, 400017],
    [{ model: 'v5.6', duration: 8, quality: '1080p' }, 0],
    [{ model: 'v6', duration: 15, quality: '1080p' }, 0],
    [{ model: 'v6', duration: 1 }, 0],
    [{ model: 'c1', duration: 13 }, 0],
    // Ratios.
    [{ model: 'v6', aspect_ratio: '21:9' }, 0],
    [{ model: 'c1', aspect_ratio: '2:3' }, 0],
    [{ model: 'v5.6', aspect_ratio: '21:9' }, 400017],
    [{ model: 'v4', aspect_ratio: '3:2' }, 400017],
    // Motion: fast is for 5 s below 1080p.
    [{ model: 'v4.5', motion_mode: 'fast' }, 0],
    [{ model: 'v4.5', motion_mode: 'fast', duration: 8 }, 400017],
    [{ model: 'v4.5', motion_mode: 'fast', quality: '1080p' }, 400017],
    [{ model: 'v6', motion_mode: 'normal' }, 0],
    [{ model: 'v6', motion_mode: 'fast' }, 400017],
    [{ model: 'v5', motion_mode: 'normal' }, 400017],
    // Camera, style, thinking.
    [{ model: 'v4', camera_movement: 'auto_camera' }, 0],
    [{ model: 'v4.5', camera_movement: 'zoom_in' }, 0],
    [{ model: 'v4.5', camera_movement: 'zoom_in', template_id: 41 }, 400017],
    [{ model: 'v3.5', camera_movement: 'zoom_in' }, 400017],
    [{ model: 'v3.5', style: 'anime' }, 0],
    [{ model: 'v5.6', style: 'anime' }, 400017],
    [{ model: 'v5.5', thinking_type: 'auto' }, 0],
    [{ model: 'v6', thinking_type: 'enabled' }, 0],
    [{ model: 'v6', style: 'clay' }, 0],
    [{ model: 'c1', thinking_type: 'auto' }, 400017],
    [{ model: 'v6-max', duration: 15, quality: '1080p', generate_multi_clip_switch: true }, 0],
    [{ model: 'v5', thinking_type: 'auto' }, 400017],
    // Switches.
    [{ model: 'v5', generate_audio_switch: true }, 400017],
    [{ model: 'v5', generate_audio_switch: false }, 0],
    [{ model: 'c1', generate_audio_switch: true }, 0],
    [{ model: 'v5.5', generate_multi_clip_switch: true }, 0],
    [{ model: 'v5.6', generate_multi_clip_switch: true }, 400017],
    [{ model: 'c1', generate_multi_clip_switch: true }, 400017],
    [{ model: 'v5', sound_effect_switch: true }, 0],
    [{ model: 'v6', sound_effect_switch: true }, 400017],
    [{ model: 'v6', sound_effect_switch: true, template_id: 41 }, 0],
    [{ model: 'v6', lip_sync_tts_switch: true }, 400017],
    // Effects.
    [{ template_id: 49 }, 500070],
    [{ template_id: 41 }, 0],
    [{ template_id: 42 }, 0],
    [{ template_id: 42, quality: '720p' }, 500071],
    [{ template_id: 43 }, 400017],
  ])('%j gives %i', (change, code) => {
    expect(codeOf(planTextToVideo, { ...text, ...change })).toBe(code);
  });

  it.each([
    ['16:9', '360p', 640, 360],
    ['16:9', '540p', 1024, 576],
    ['16:9', '1080p', 1920, 1080],
    ['9:16', '720p', 720, 1280],
    ['1:1', '540p', 1024, 1024],
    ['4:3', '360p', 640, 480],
    ['21:9', '360p', 640, 274],
    ['2:3', '540p', 682, 1024],
  ])('%s in %s is %i x %i', (ratio, quality, width, height) => {
    const { recipe } = planOf(planTextToVideo, { ...text, aspect_ratio: ratio, quality });
    expect([recipe.width, recipe.height]).toEqual([width, height]);
  });

  it('shows the prompt for the time asked for', () => {
    const { recipe, prompt, seed } = planOf(planTextToVideo, { ...text, duration: 7, seed: 3 });
    expect(recipe.segments).toEqual([{ kind: 'gradient', seconds: 7, caption: 'a fox' }]);
    expect([prompt, seed]).toEqual(['a fox', 3]);
  });

  it('takes the length from the effect, not from the request', () => {
    const plan = planOf(planTextToVideo, { ...text, duration: 99, template_id: 41 });
    expect(plan.recipe.segments[0]?.seconds).toBe(5);
    expect(plan.credits).toBe(35);
  });

  it.each(models)('has a price for everything that %s offers', (model) => {
    const { durations, longestAt1080p, aspectRatios } = capabilitiesOf[model];
    for (const quality of qualities) {
      for (const duration of durations.filter(
        (seconds) => quality !== '1080p' || seconds <= longestAt1080p,
      )) {
        const body = { ...text, model, quality, duration, aspect_ratio: aspectRatios[0] ?? '' };
        expect(planOf(planTextToVideo, body).credits).toBeGreaterThan(0);
      }
    }
  });

  it('knows what has sound', () => {
    expect(planOf(planTextToVideo, text).recipe.hasSound).toBe(false);
    expect(planOf(planTextToVideo, { ...text, generate_audio_switch: true }).recipe.hasSound).toBe(true);
    expect(planOf(planTextToVideo, { ...text, model: 'v5', sound_effect_switch: true }).recipe.hasSound).toBe(
      true,
    );
    expect(planOf(planTextToVideo, { ...text, model: 'v5', lip_sync_tts_switch: true }).recipe.hasSound).toBe(
      true,
    );
  });
});

describe('planImageToVideo', () => {
  it.each<[JsonObject, number]>([
    [{}, 0],
    [{ img_id: 0 }, 400011],
    [{ img_id: null }, 400011],
    [{ img_id: '11' }, 400013],
    [{ img_id: 11.5 }, 400013],
    [{ img_id: -11 }, 400017],
    [{ img_id: 99 }, 400032],
    [{ img_ids: [11, 12] }, 400017],
    [{ img_id: 0, img_ids: [11, 12] }, 400017],
    [{ img_id: 0, img_ids: [11, 12], template_id: 42 }, 0],
    [{ img_id: 0, img_ids: [11], template_id: 42 }, 400017],
    [{ img_id: 0, img_ids: [11, 12], template_id: 41 }, 400017],
    [{ img_id: 11, template_id: 41 }, 0],
    [{ img_id: 11, template_id: 42 }, 400017],
    [{ img_id: 0, img_ids: [11, '12'], template_id: 42 }, 400013],
    [{ model: 'v6-max' }, 0],
    [{ img_id: 0, img_ids: [], template_id: 41 }, 400011],
    [{ model: 'v4', camera_movement: 'auto_camera' }, 400017],
    [{ model: 'v4', camera_movement: 'zoom_in' }, 0],
    [{ aspect_ratio: 'whatever' }, 0],
  ])('%j gives %i', (change, code) => {
    expect(codeOf(planImageToVideo, { ...image, ...change })).toBe(code);
  });

  it('has the ratio of the picture', () => {
    const { recipe } = planOf(planImageToVideo, image);
    expect([recipe.width, recipe.height]).toEqual([1024, 682]);
    expect(recipe.segments[0]).toMatchObject({ kind: 'picture', picture: '11.png' });
  });

  it('shows all pictures of an effect', () => {
    const { recipe } = planOf(planImageToVideo, {
      ...without(image, 'img_id'),
      img_ids: [11, 12],
      template_id: 42,
    });
    expect(recipe.segments[0]).toMatchObject({ kind: 'composition', subjects: ['11.png', '12.png'] });
  });
});
