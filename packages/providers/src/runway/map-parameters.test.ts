import { describe, expect, it } from 'vitest';
import type { FusionAsset, JobParameters, OperationType } from '@pixsim7/contracts';
import { issuesOf, mappedOf } from '../__tests__/mapping-results.ts';
import { mapParameters } from './map-parameters.ts';

function mapped(operation: OperationType, params: JobParameters) {
  const request = mappedOf(mapParameters(operation, params));
  return { ...request, request: request.plan };
}

function issues(operation: OperationType, params: JobParameters) {
  return issuesOf(mapParameters(operation, params));
}

const assets = (count: number): FusionAsset[] =>
  Array.from({ length: count }, (_, index) => ({
    image_url: `ast_${index}`,
    name: `thing ${index}`,
    type: index === 0 ? 'subject' : 'background',
  }));

describe('what is sent', () => {
  it('is the frame in pixels, whatever its generic name', () => {
    expect(mapped('text_to_video', { prompt: 'rain' }).request).toEqual({
      path: '/v1/text_to_video',
      inputs: 'none',
      fields: { model: 'gen4.5', promptText: 'rain', ratio: '1280:720', duration: 5 },
    });
    const { fields } = mapped('text_to_video', {
      prompt: 'rain',
      model: 'seedance2',
      quality: '1080p',
      aspect_ratio: '21:9',
    }).request;
    expect(fields).toMatchObject({ ratio: '2206:946' });
  });

  it('is the frame as a proportion and a resolution for the models that want that', () => {
    expect(mapped('text_to_video', { prompt: 'rain', model: 'hailuo3' }).request.fields).toMatchObject({
      ratio: '16:9',
      resolution: '768p',
    });
  });

  it('always says whether there is sound, because a model that is not told may make some and charge for it', () => {
    expect(mapped('text_to_video', { prompt: 'rain', model: 'veo3.1' }).request.fields).toMatchObject({
      audio: false,
    });
    expect(mapped('text_to_video', { prompt: 'rain', model: 'gen4.5' }).request.fields).not.toHaveProperty(
      'audio',
    );
  });

  it('carries seed, negative prompt and options in the names of Runway', () => {
    expect(
      mapped('text_to_video', { prompt: 'rain', model: 'veo3.1', seed: 7, negative_prompt: 'fog' }).request
        .fields,
    ).toMatchObject({ seed: 7, negativePrompt: 'fog' });
    expect(
      mapped('text_to_video', { prompt: 'rain', provider_options: { public_figure_threshold: 'low' } })
        .request.fields,
    ).toMatchObject({ contentModeration: { publicFigureThreshold: 'low' } });
    expect(
      mapped('text_to_video', {
        prompt: 'rain',
        model: 'h3_max',
        provider_options: { prompt_expansion_mode: 'quality' },
      }).request.fields,
    ).toEqual({
      model: 'h3_max',
      promptText: 'rain',
      resolution: '480p',
      duration: 5,
      promptExpansionMode: 'quality',
    });
  });

  it.each([
    ['gemini_omni_flash_1.1', 'videoUri'],
    ['seedance2_5', 'promptVideo'],
  ])('extends with %s by %s, without a frame of its own', (model, member) => {
    const { request, slots, outputDurationS } = mapped('video_extend', {
      prompt: 'on',
      video_url: 'ast_1',
      model,
    });
    expect(request).toMatchObject({
      path: '/v1/video_to_video',
      inputs: member,
      fields: { mode: 'extend', duration: 5 },
    });
    expect(request.fields).not.toHaveProperty('ratio');
    expect(slots).toMatchObject([{ name: 'source', role: 'source', pointer: '/video_url' }]);
    expect(outputDurationS).toBeNull();
  });

  it('goes from a first to a last frame', () => {
    const { request, slots } = mapped('video_transition', { prompt: 'turn', image_urls: ['a', 'b'] });
    expect(request).toMatchObject({ path: '/v1/image_to_video', inputs: 'frames' });
    expect(slots.map(({ name, pointer }) => [name, pointer])).toEqual([
      ['first_frame', '/image_urls/0'],
      ['last_frame', '/image_urls/1'],
    ]);
  });

  it('sends references without names, and says so', () => {
    const { request, slots, warnings } = mapped('fusion', { prompt: 'a dog', fusion_assets: assets(2) });
    expect(request).toMatchObject({ path: '/v1/text_to_video', inputs: 'references' });
    expect(slots.map(({ name, role }) => [name, role])).toEqual([
      ['reference/0', 'subject'],
      ['reference/1', 'background'],
    ]);
    expect(warnings).toContainEqual(
      expect.objectContaining({ pointer: '/params/fusion_assets', code: 'not_used' }),
    );
  });
});

describe('the price', () => {
  it.each<[OperationType, JobParameters, number]>([
    ['text_to_video', { prompt: 'a' }, 60],
    ['text_to_video', { prompt: 'a', model: 'veo3.1', duration: 8 }, 160],
    ['text_to_video', { prompt: 'a', model: 'veo3.1', duration: 8, audio: true }, 320],
    ['text_to_video', { prompt: 'a', model: 'veo3.1_fast', duration: 8 }, 80],
    ['text_to_video', { prompt: 'a', model: 'veo3.1_fast', duration: 8, audio: true }, 120],
    ['text_to_video', { prompt: 'a', model: 'seedance2', duration: 4 }, 144],
    ['image_to_video', { image_url: 'a', model: 'gen4_turbo', duration: 10 }, 50],
    ['video_transition', { image_urls: ['a', 'b'], duration: 4 }, 40],
  ])('of %s with %j is %i', (operation, params, credits) => {
    const { price, warnings } = mapped(operation, params);
    expect(price).toEqual({ credits, unit: 'credits' });
    expect(warnings).toEqual([]);
  });

  it.each<[OperationType, JobParameters]>([
    ['text_to_video', { prompt: 'a', model: 'wan3' }],
    ['video_extend', { prompt: 'a', video_url: 'ast_1' }],
    ['fusion', { prompt: 'a', model: 'seedance2', fusion_assets: assets(1) }],
  ])('of %s with %j is not known, and that is said', (operation, params) => {
    const { price, warnings } = mapped(operation, params);
    expect(price.credits).toBeNull();
    expect(warnings.map(({ code }) => code)).toContain('price_unknown');
  });
});

describe('what is refused', () => {
  it.each<[string, OperationType, JobParameters, string[]]>([
    ['no prompt', 'text_to_video', {}, ['/params/prompt required']],
    ['a prompt of spaces', 'text_to_video', { prompt: ' ' }, ['/params/prompt required']],
    [
      'an empty prompt where none is needed',
      'image_to_video',
      { model: 'gen4_turbo', prompt: '', image_url: 'a' },
      ['/params/prompt required'],
    ],
    ['a long prompt', 'text_to_video', { prompt: 'x'.repeat(1_001) }, ['/params/prompt too_long']],
    [
      'a prompt that is long in UTF-16',
      'text_to_video',
      { prompt: '🚤'.repeat(501) },
      ['/params/prompt too_long'],
    ],
    ['11 s', 'text_to_video', { prompt: 'a', duration: 11 }, ['/params/duration out_of_range']],
    [
      '5 s of Veo',
      'text_to_video',
      { prompt: 'a', model: 'veo3.1', duration: 5 },
      ['/params/duration not_allowed'],
    ],
    ['another quality', 'text_to_video', { prompt: 'a', quality: '1080p' }, ['/params/quality not_allowed']],
    [
      'another ratio',
      'text_to_video',
      { prompt: 'a', aspect_ratio: '1:1' },
      ['/params/aspect_ratio not_allowed'],
    ],
    [
      'sound of a silent model',
      'text_to_video',
      { prompt: 'a', audio: true },
      ['/params/audio not_supported'],
    ],
    [
      'three frames',
      'video_transition',
      { prompt: 'a', image_urls: ['a', 'b', 'c'] },
      ['/params/image_urls wrong_count'],
    ],
    [
      'ten references of Seedance',
      'fusion',
      { prompt: 'a', model: 'seedance2', fusion_assets: assets(10) },
      ['/params/fusion_assets wrong_count'],
    ],
    [
      'an option of another provider',
      'text_to_video',
      { prompt: 'a', provider_options: { template_id: '1' } },
      ['/params/provider_options/template_id not_supported'],
    ],
    [
      'a model without that operation',
      'video_extend',
      { prompt: 'a', model: 'gen4.5' },
      ['/params/model not_allowed'],
    ],
  ])('%s', (_, operation, params, expected) => {
    expect(issues(operation, params)).toEqual(expected);
  });

  it('takes 1000 UTF-16 units', () => {
    expect(issues('text_to_video', { prompt: '🚤'.repeat(500) })).toEqual([]);
  });
});
