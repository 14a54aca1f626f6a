import { describe, expect, it } from 'vitest';
import { codeOf, planOf } from '../../__tests__/references.ts';
import type { JsonObject } from '../../http/lossless-json.ts';
import { planTransition } from './transition.ts';

const transition: JsonObject = {
  model: 'v5',
  prompt: 'a fox',
  first_frame_img: 11,
  last_frame_img: 12,
  duration: 5,
  quality: '540p',
};

describe('planTransition', () => {
  it.each<[JsonObject, number]>([
    [{}, 0],
    [{ first_frame_img: null }, 400011],
    [{ last_frame_img: 0 }, 400011],
    [{ last_frame_img: '12' }, 400013],
    [{ last_frame_img: 99 }, 400032],
    [{ prompt: '' }, 400011],
    [{ model: 'v6', generate_audio_switch: true }, 0],
    [{ model: 'v6', generate_multi_clip_switch: true }, 400017],
    [{ motion_mode: 'normal' }, 400017],
    [{ model: 'v4', motion_mode: 'fast' }, 0],
  ])('%j gives %i', (change, code) => {
    expect(codeOf(planTransition, { ...transition, ...change })).toBe(code);
  });

  it('fades from the first picture to the last', () => {
    const { recipe, credits } = planOf(planTransition, transition);
    expect(recipe.segments).toEqual([
      { kind: 'crossfade', seconds: 5, caption: 'a fox', from: '11.png', to: '12.png' },
    ]);
    expect(credits).toBe(45);
  });
});
