import { describe, expect, it } from 'vitest';
import { codeOf, planOf } from '../../__tests__/references.ts';
import type { JsonObject } from '../../http/lossless-json.ts';
import { planRestyle } from './restyle.ts';

describe('planRestyle', () => {
  const body: JsonObject = { source_video_id: 21, restyle_id: 1, seed: 937433858 };
  const described: JsonObject = { restyle_id: null, restyle_prompt: 'as a woodcut' };
  const upload: JsonObject = { source_video_id: null, video_media_id: 31 };

  it.each<[JsonObject, number]>([
    [{}, 0],
    [{ restyle_id: 8 }, 0],
    [{ restyle_id: 999 }, 400017],
    [{ restyle_id: '1' }, 400013],
    [{ restyle_id: null }, 400011],
    [described, 0],
    [{ ...described, restyle_prompt: 'x'.repeat(5001) }, 400018],
    [{ restyle_prompt: 'both' }, 400017],
    [{ seed: -1 }, 400017],
    [upload, 0],
    [{ ...upload, source_video_id: 21 }, 400017],
  ])('%j gives %i', (change, code) => {
    expect(codeOf(planRestyle, { ...body, ...change })).toBe(code);
  });

  it('takes a source of up to 16 s', () => {
    const of = (seconds: number) =>
      codeOf(planRestyle, { ...body, ...upload }, { media: { '31': { seconds } } });
    expect([of(16), of(16.1)]).toEqual([0, 400017]);
  });

  it('costs 10 a started second, and tells it', () => {
    expect(planOf(planRestyle, body)).toMatchObject({
      credits: 50,
      replyCredits: 'credits',
      prompt: 'anime style',
    });
    expect(planOf(planRestyle, { ...body, ...upload, ...described })).toMatchObject({
      credits: 30,
      prompt: 'as a woodcut',
    });
  });
});
