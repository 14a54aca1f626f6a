import { describe, expect, it } from 'vitest';
import type { JobParameters, OperationType } from '@pixsim7/contracts';
import { mappedOf } from '../__tests__/mapping-results.ts';
import { mapParameters } from './map-parameters.ts';

function map(operation: OperationType, params: JobParameters) {
  return mappedOf(mapParameters(operation, params));
}

function issuesOf(operation: OperationType, params: JobParameters): [string, string][] {
  const result = mapParameters(operation, params);
  return result.ok ? [] : result.issues.map(({ pointer, code }) => [pointer, code]);
}

const allowed = { provider_options: { allow_unlisted: true } };
const three = { image_urls: ['a', 'b', 'c'] };

describe('text to video', () => {
  it('fills in what Pika would choose, but says it', () => {
    expect(map('text_to_video', { prompt: 'rain' })).toMatchObject({
      model: 'v2.2',
      slots: [],
      price: { credits: 20, unit: 'US cents' },
      warnings: [],
      durationKey: 'v2.2 text_to_video 720p 5s',
      outputDurationS: 5,
      plan: {
        model: { endpointId: 'fal-ai/pika/v2.2/text-to-video' },
        fields: { prompt: 'rain', aspect_ratio: '16:9', resolution: '720p', duration: 5 },
      },
    });
  });

  it('passes on what was set, in Pika’s names', () => {
    const params = {
      prompt: 'rain',
      negative_prompt: 'text',
      quality: '1080p',
      aspect_ratio: '4:5',
      duration: 10,
      seed: 42,
    };
    expect(map('text_to_video', params).plan.fields).toEqual({
      prompt: 'rain',
      negative_prompt: 'text',
      aspect_ratio: '4:5',
      resolution: '1080p',
      duration: 10,
      seed: 42,
    });
  });

  it.each([
    ['v2.2', 'fal-ai/pika/v2.2/text-to-video'],
    ['v2.1', 'fal-ai/pika/v2.1/text-to-video'],
    ['v2-turbo', 'fal-ai/pika/v2/turbo/text-to-video'],
  ])('%s goes to %s', (model, endpoint) => {
    expect(map('text_to_video', { prompt: 'rain', model }).plan.model.endpointId).toBe(endpoint);
  });

  it.each<[JobParameters, string, string]>([
    [{}, '/params/prompt', 'required'],
    [{ prompt: ' ' }, '/params/prompt', 'required'],
    [{ prompt: 'x', duration: 8 }, '/params/duration', 'not_allowed'],
    [{ prompt: 'x', quality: '540p' }, '/params/quality', 'not_allowed'],
    [{ prompt: 'x', quality: '480p' }, '/params/quality', 'not_allowed'],
    [{ prompt: 'x', aspect_ratio: '4:3' }, '/params/aspect_ratio', 'not_allowed'],
    [{ prompt: 'x', seed: 1.5 }, '/params/seed', 'wrong_type'],
    [{ prompt: 'x', camera_movement: 'pan' }, '/params/camera_movement', 'not_supported'],
    [{ prompt: 'x', motion_mode: 'fast' }, '/params/motion_mode', 'not_supported'],
    [{ prompt: 'x', audio: true }, '/params/audio', 'not_supported'],
    [{ prompt: 'x', provider_options: { style: 'x' } }, '/params/provider_options/style', 'not_supported'],
    [{ prompt: 'x', model: 'v3' }, '/params/model', 'not_allowed'],
  ])('refuses %j at %s', (params, pointer, code) => {
    expect(issuesOf('text_to_video', params)).toEqual([[pointer, code]]);
  });
});

describe('a model that fal does not list', () => {
  it('runs only when the caller says that he knows', () => {
    const params = { prompt: 'rain', model: 'v2.5' };
    const pointer = '/params/provider_options/allow_unlisted';
    expect(issuesOf('text_to_video', params)).toEqual([[pointer, 'required']]);
    expect(issuesOf('text_to_video', { ...params, provider_options: { allow_unlisted: false } })).toEqual([
      [pointer, 'not_allowed'],
    ]);
    const { plan } = map('text_to_video', { ...params, ...allowed });
    expect(plan.model.endpointId).toBe('fal-ai/pika/v2.5/text-to-video');
    // The wish is ours, and no field of Pika's.
    expect(plan.fields).toEqual({ prompt: 'rain', resolution: '720p', duration: 5 });
  });

  it('says why it was refused', () => {
    const result = mapParameters('text_to_video', { prompt: 'rain', model: 'v2.5' });
    expect(result.ok ? [] : result.issues).toMatchObject([
      { detail: expect.stringContaining('without listing it'), allowed: [true] },
    ]);
  });

  it('has no price, which is not the same as being free', () => {
    expect(map('text_to_video', { prompt: 'rain', model: 'v2.5', ...allowed }).price.credits).toBeNull();
  });

  it('does not take the wish where there is nothing to allow', () => {
    expect(issuesOf('text_to_video', { prompt: 'rain', ...allowed })).toEqual([
      ['/params/provider_options/allow_unlisted', 'not_supported'],
    ]);
  });
});

describe('image to video', () => {
  it('follows the shape of its first frame', () => {
    const { slots, plan } = map('image_to_video', { prompt: 'rain', image_url: 'ast_1' });
    expect(slots).toMatchObject([
      { name: 'first_frame', role: 'first_frame', source: 'ast_1', pointer: '/image_url' },
    ]);
    expect(plan.fields).not.toHaveProperty('aspect_ratio');
    expect(issuesOf('image_to_video', { prompt: 'x', image_url: 'a', aspect_ratio: '1:1' })).toEqual([
      ['/params/aspect_ratio', 'not_supported'],
    ]);
  });

  it('needs an image and a prompt', () => {
    expect(issuesOf('image_to_video', {})).toEqual(
      expect.arrayContaining([
        ['/params/prompt', 'required'],
        ['/params/image_url', 'required'],
      ]),
    );
  });
});

describe('transition', () => {
  it('needs nothing but its images', () => {
    const { slots, plan, outputDurationS } = map('video_transition', { image_urls: ['a', 'b'] });
    expect(slots.map(({ name, role, pointer }) => [name, role, pointer])).toEqual([
      ['first_frame', 'first_frame', '/image_urls/0'],
      ['last_frame', 'last_frame', '/image_urls/1'],
    ]);
    expect(plan.fields).toEqual({ resolution: '720p', transitions: [{ duration: 5 }] });
    expect(outputDurationS).toBe(5);
  });

  it('gives each way between two images its own prompt and length', () => {
    const params = { ...three, prompt: 'morph', prompts: ['spring', ''], durations: [4, 6] };
    const { slots, plan, outputDurationS, warnings } = map('video_transition', params);
    expect(slots.map((slot) => [slot.name, slot.segmentPrompt, slot.segmentDurationS])).toEqual([
      ['keyframe/0', 'spring', 4],
      ['keyframe/1', 'morph', 6],
      ['keyframe/2', null, null],
    ]);
    expect(plan.fields).toEqual({
      prompt: 'morph',
      resolution: '720p',
      transitions: [{ duration: 4, prompt: 'spring' }, { duration: 6 }],
    });
    expect(outputDurationS).toBe(10);
    expect(warnings).toEqual([]);
  });

  it('says what it does not use', () => {
    const params = { ...three, prompt: 'morph', prompts: ['a', 'b'], duration: 3, durations: [1, 2] };
    expect(map('video_transition', params).warnings.map(({ pointer, code }) => [pointer, code])).toEqual([
      ['/params/duration', 'not_used'],
      ['/params/prompt', 'not_used'],
    ]);
  });

  it.each<[JobParameters, string, string]>([
    [{ image_urls: ['a'] }, '/params/image_urls', 'wrong_count'],
    [{ image_urls: ['a', 'b', 'c', 'd', 'e', 'f'], duration: 1 }, '/params/image_urls', 'wrong_count'],
    [{ ...three, durations: [5] }, '/params/durations', 'wrong_count'],
    [{ ...three, prompts: ['a', 'b', 'c'] }, '/params/prompts', 'wrong_count'],
    [{ ...three, durations: [0, 5] }, '/params/durations/0', 'out_of_range'],
    [{ ...three, durations: [5, 2.5] }, '/params/durations/1', 'out_of_range'],
    [{ ...three, durations: [13, 13] }, '/params/durations', 'out_of_range'],
    [{ ...three, duration: 13 }, '/params/duration', 'out_of_range'],
    [{ image_urls: ['a', 'b'], duration: 0 }, '/params/duration', 'out_of_range'],
    [{ ...three, aspect_ratio: '1:1' }, '/params/aspect_ratio', 'not_supported'],
  ])('refuses %j at %s', (params, pointer, code) => {
    expect(issuesOf('video_transition', params)).toEqual([[pointer, code]]);
  });

  it('takes 25 seconds in all, and five images', () => {
    expect(map('video_transition', { ...three, durations: [12, 13] }).outputDurationS).toBe(25);
    expect(map('video_transition', { image_urls: ['a', 'b', 'c', 'd', 'e'] }).outputDurationS).toBe(20);
  });
});

describe('fusion', () => {
  const fusion_assets = [
    { image_url: 'a', name: 'dog', type: 'subject' as const },
    { image_url: 'b', name: 'room', type: 'background' as const },
  ];

  it('is pikascenes, which fal does not list', () => {
    expect(issuesOf('fusion', { prompt: 'a dog', fusion_assets })).toEqual([
      ['/params/provider_options/allow_unlisted', 'required'],
    ]);
    const { slots, plan, price } = map('fusion', { prompt: 'a dog', fusion_assets, ...allowed });
    expect(slots.map(({ name, role, referenceName }) => [name, role, referenceName])).toEqual([
      ['reference/0', 'subject', 'dog'],
      ['reference/1', 'background', 'room'],
    ]);
    expect(plan).toMatchObject({
      model: { endpointId: 'fal-ai/pika/v2.2/pikascenes' },
      fields: { prompt: 'a dog', ingredients_mode: 'precise' },
    });
    expect(price.credits).toBe(20);
  });

  it('warns who cites a reference: Pika reads the name as a word', () => {
    const mapped = map('fusion', { prompt: '@dog sleeps', fusion_assets, ...allowed });
    expect(mapped.warnings).toMatchObject([
      { pointer: '/params/prompt', code: 'not_used', detail: expect.stringContaining('@dog') },
    ]);
    expect(mapped.plan.fields).toMatchObject({ prompt: '@dog sleeps' });
  });
});

describe('what Pika does not have', () => {
  it('is refused by name', () => {
    expect(mapParameters('video_extend', { prompt: 'on', video_url: 'v' })).toMatchObject({
      ok: false,
      issues: [{ pointer: '/operation_type', code: 'not_supported', allowed: expect.any(Array) }],
    });
  });
});
