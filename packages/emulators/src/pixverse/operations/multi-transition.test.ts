import { describe, expect, it } from 'vitest';
import { codeOf, planOf } from '../../__tests__/references.ts';
import type { JsonObject } from '../../http/lossless-json.ts';
import { planMultiTransition } from './multi-transition.ts';

describe('planMultiTransition', () => {
  const items = [
    { img_id: 11, duration: 3, prompt: 'one' },
    { img_id: 12, duration: 2 },
    { img_id: 13, duration: 0, prompt: 'three' },
  ];
  const body: JsonObject = { model: 'v5', quality: '360p', multi_transition: items };

  function stops(...seconds: number[]): JsonObject[] {
    return [...seconds, 0].map((duration) => ({ img_id: 11, duration }));
  }

  it.each<[JsonObject, number]>([
    [{}, 0],
    [{ multi_transition: [] }, 400011],
    [{ multi_transition: null }, 400011],
    [{ multi_transition: 'text' }, 400013],
    [{ multi_transition: [1, 2] }, 400013],
    [{ multi_transition: stops() }, 400017],
    [{ multi_transition: stops(1) }, 0],
    [{ multi_transition: stops(1, 1, 1, 1, 1, 1) }, 0],
    [{ multi_transition: stops(1, 1, 1, 1, 1, 1, 1) }, 400017],
    [{ multi_transition: stops(15, 15) }, 0],
    [{ multi_transition: stops(15, 16) }, 400017],
    [{ multi_transition: stops(0, 5) }, 400017],
    [{ multi_transition: [{ img_id: 11 }, { img_id: 12 }] }, 400011],
    [{ multi_transition: [{ img_id: 11, duration: 3 }, { img_id: 12 }] }, 0],
    [
      {
        multi_transition: [
          { img_id: 11, duration: 3 },
          { img_id: 12, duration: 3 },
        ],
      },
      400017,
    ],
    [{ multi_transition: [{ img_id: '11', duration: 3 }, { img_id: 12 }] }, 400013],
    [{ multi_transition: [{ img_id: 99, duration: 3 }, { img_id: 12 }] }, 400032],
    [{ model: 'v5.5' }, 400017],
    [{ model: 'v3.5' }, 0],
  ])('%j gives %i', (change, code) => {
    expect(codeOf(planMultiTransition, { ...body, ...change })).toBe(code);
  });

  it('goes from each picture to the next', () => {
    const { recipe, prompt, replyCredits } = planOf(planMultiTransition, body);
    expect(recipe.segments).toEqual([
      { kind: 'crossfade', seconds: 3, caption: 'one', from: '11.png', to: '12.png' },
      { kind: 'crossfade', seconds: 2, caption: '', from: '12.png', to: '13.png' },
    ]);
    expect(prompt).toBe('one / three');
    expect(replyCredits).toBe('credits');
  });

  it('costs each segment its share of 5 s, rounded up', () => {
    // 45 credits for 5 s: 27 for 3 s, 18 for 2 s.
    expect(planOf(planMultiTransition, body).credits).toBe(45);
    expect(
      planOf(planMultiTransition, { ...body, quality: '720p', multi_transition: stops(1, 1) }).credits,
    ).toBe(24);
  });
});
