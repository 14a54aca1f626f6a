import { describe, expect, it } from 'vitest';
import type { JobParameters } from '@pixsim7/contracts';
import { issuesOf, mappedOf } from '../__tests__/mapping-results.ts';
import { mapParameters } from './map-parameters.ts';

const images = (count: number) => Array.from({ length: count }, (_, index) => `ast_${index}`);

function mapped(params: JobParameters) {
  return mappedOf(mapParameters('video_transition', params));
}

function issues(params: JobParameters) {
  return issuesOf(mapParameters('video_transition', params));
}

describe('a transition between two images', () => {
  it('goes from a first to a last frame at the price of the table', () => {
    const { slots, plan, price, outputDurationS } = mapped({
      prompt: 'turn',
      image_urls: images(2),
      duration: 8,
    });
    expect(slots).toMatchObject([
      {
        name: 'first_frame',
        role: 'first_frame',
        pointer: '/image_urls/0',
        segmentPrompt: 'turn',
        segmentDurationS: 8,
      },
      {
        name: 'last_frame',
        role: 'last_frame',
        pointer: '/image_urls/1',
        segmentPrompt: null,
        segmentDurationS: null,
      },
    ]);
    expect(plan).toMatchObject({ path: '/video/transition/generate', fields: { duration: 8 } });
    expect(price.credits).toBe(90);
    expect(outputDurationS).toBe(8);
  });

  it('takes prompt and length as a list of one too', () => {
    const listed = mapped({ prompts: ['turn'], durations: [8], image_urls: images(2) });
    const plain = mapped({ prompt: 'turn', duration: 8, image_urls: images(2) });
    expect(listed).toEqual(plain);
  });

  it('points to the list when the value in it is wrong', () => {
    expect(issues({ prompts: ['x'.repeat(5_001)], durations: [7], image_urls: images(2) })).toEqual([
      '/params/prompts/0 too_long',
      '/params/durations/0 not_allowed',
    ]);
  });

  it('is the only kind that models after v5 offer', () => {
    expect(mapped({ prompt: 'turn', image_urls: images(2), model: 'v6' }).price.credits).toBe(35);
    expect(issues({ prompt: 'turn', image_urls: images(3), model: 'v6' })).toEqual([
      '/params/image_urls wrong_count',
    ]);
  });

  it.each<[string, JobParameters, string[]]>([
    ['no prompt', { image_urls: images(2) }, ['/params/prompt required']],
    ['an empty prompt', { prompt: ' ', image_urls: images(2) }, ['/params/prompt required']],
    ['no images', { prompt: 'turn' }, ['/params/image_urls required']],
    [
      'an aspect ratio',
      { prompt: 'a', image_urls: images(2), aspect_ratio: '1:1' },
      ['/params/aspect_ratio not_supported'],
    ],
    ['too many prompts', { prompts: ['a', 'b'], image_urls: images(2) }, ['/params/prompts wrong_count']],
    [
      'too many lengths',
      { prompt: 'a', durations: [5, 5], image_urls: images(2) },
      ['/params/durations wrong_count'],
    ],
  ])('refuses %s', (_, params, expected) => {
    expect(issues(params)).toEqual(expected);
  });

  it('asks for a second image', () => {
    expect(mapParameters('video_transition', { prompt: 'turn', image_urls: images(1) })).toMatchObject({
      ok: false,
      issues: [
        { pointer: '/params/image_urls', code: 'wrong_count', allowed: { min_items: 2, max_items: 7 } },
      ],
    });
  });
});

describe('a transition through more images', () => {
  it('uses one prompt and one length for every segment', () => {
    const { slots, plan, outputDurationS, durationKey } = mapped({ prompt: 'turn', image_urls: images(3) });
    expect(
      slots.map(({ name, segmentPrompt, segmentDurationS }) => [name, segmentPrompt, segmentDurationS]),
    ).toEqual([
      ['keyframe/0', 'turn', 5],
      ['keyframe/1', 'turn', 5],
      ['keyframe/2', null, null],
    ]);
    expect(plan).toEqual({
      path: '/video/multi_transition/generate',
      fields: { model: 'v5', quality: '540p' },
    });
    expect(outputDurationS).toBe(10);
    expect(durationKey).toBe('v5 video_transition 540p 10s');
  });

  it('takes a prompt and a length for each segment', () => {
    const { slots, outputDurationS } = mapped({
      prompts: ['dawn', 'noon'],
      durations: [2, 3],
      image_urls: images(3),
    });
    expect(slots.map(({ segmentPrompt }) => segmentPrompt)).toEqual(['dawn', 'noon', null]);
    expect(slots.map(({ segmentDurationS }) => segmentDurationS)).toEqual([2, 3, null]);
    expect(outputDurationS).toBe(5);
  });

  it('does not know the price, and says so', () => {
    const { price, warnings } = mapped({ prompt: 'turn', image_urls: images(7) });
    expect(price).toEqual({ credits: null, unit: 'credits' });
    expect(warnings).toMatchObject([{ code: 'price_unknown' }]);
  });

  it('warns of a parameter that a list replaces', () => {
    const { warnings } = mapped({
      prompt: 'turn',
      duration: 5,
      prompts: ['a', 'b'],
      durations: [1, 1],
      image_urls: images(3),
    });
    expect(warnings.map(({ pointer, code }) => [pointer, code])).toEqual(
      expect.arrayContaining([
        ['/params/prompt', 'not_used'],
        ['/params/duration', 'not_used'],
      ]),
    );
  });

  it.each<[string, JobParameters, string[]]>([
    [
      '8 images',
      { prompt: 'a', durations: Array(7).fill(1), image_urls: images(8) },
      ['/params/durations wrong_count', '/params/image_urls wrong_count'],
    ],
    ['too few prompts', { prompts: ['a'], image_urls: images(3) }, ['/params/prompts wrong_count']],
    [
      'too many lengths',
      { prompt: 'a', durations: [1, 1, 1], image_urls: images(3) },
      ['/params/durations wrong_count'],
    ],
    ['an empty prompt', { prompts: ['a', ''], image_urls: images(3) }, ['/params/prompts/1 required']],
    [
      'a long prompt',
      { prompts: ['a', 'x'.repeat(5_001)], image_urls: images(3) },
      ['/params/prompts/1 too_long'],
    ],
    [
      'a length of nothing',
      { prompt: 'a', durations: [0, 1], image_urls: images(3) },
      ['/params/durations/0 out_of_range'],
    ],
    [
      'half a second',
      { prompt: 'a', durations: [1, 1.5], image_urls: images(3) },
      ['/params/durations/1 out_of_range'],
    ],
    [
      '31 seconds',
      { prompt: 'a', durations: [15, 16], image_urls: images(3) },
      ['/params/durations out_of_range'],
    ],
    [
      '8 seconds six times',
      { prompt: 'a', duration: 8, image_urls: images(7) },
      ['/params/duration out_of_range'],
    ],
    ['a seed', { prompt: 'a', seed: 1, image_urls: images(3) }, ['/params/seed not_supported']],
    [
      'fast motion',
      { prompt: 'a', model: 'v4', motion_mode: 'fast', image_urls: images(3) },
      ['/params/motion_mode not_allowed'],
    ],
    [
      'sound',
      { prompt: 'a', image_urls: images(3), provider_options: { sound_effect_switch: true } },
      ['/params/provider_options/sound_effect_switch not_supported'],
    ],
  ])('refuses %s', (_, params, expected) => {
    expect(issues(params)).toEqual(expected);
  });

  it('lets 30 seconds pass', () => {
    expect(issues({ prompt: 'a', durations: [15, 15], image_urls: images(3) })).toEqual([]);
    expect(issues({ prompt: 'a', image_urls: images(7) })).toEqual([]);
  });
});
