import { describe, expect, it } from 'vitest';
import { operationTypes, providerManifestSchema } from '@pixsim7/contracts';
import type { OperationType } from '@pixsim7/contracts';
import { defaultsOutsideBounds, everyModelOf, modelOf as findModelOf } from '../__tests__/manifest-models.ts';
import { runwayManifest } from './manifest.ts';

const modelOf = (operation: OperationType, name: string) => findModelOf(runwayManifest, operation, name);
const everyModel = everyModelOf(runwayManifest);

describe('the Runway manifest', () => {
  it('is what the schema of manifests says, and survives JSON', () => {
    expect(providerManifestSchema.parse(runwayManifest)).toEqual(runwayManifest);
    expect(JSON.parse(JSON.stringify(runwayManifest))).toEqual(runwayManifest);
  });

  it('offers the five operations with the models of the reference', () => {
    const matrix = Object.fromEntries(
      runwayManifest.operations.map((offer) => [
        offer.operation_type,
        offer.models.map(({ model }) => model).sort(),
      ]),
    );
    const seedance = ['seedance2', 'seedance2_5', 'seedance2_fast', 'seedance2_mini'];
    expect(Object.keys(matrix)).toEqual(operationTypes.slice(0, 5));
    const omni = ['gemini_omni_flash', 'gemini_omni_flash_1.1'];
    const text = [
      ...omni,
      'gen4.5',
      'grok_imagine_1_5',
      'h3_max',
      'hailuo3',
      'happyhorse_1_0',
      ...seedance,
      'veo3.1',
      'veo3.1_fast',
      'wan3',
      'wan3_prime',
    ];
    expect(matrix).toEqual({
      text_to_video: text,
      image_to_video: [...text, 'gen4_turbo'].sort(),
      video_extend: ['gemini_omni_flash_1.1', 'seedance2_5'],
      video_transition: [
        'gemini_omni_flash_1.1',
        'h3_max',
        'hailuo3',
        ...seedance,
        'veo3.1',
        'veo3.1_fast',
        'wan3',
        'wan3_prime',
      ],
      fusion: ['gemini_omni_flash_1.1', 'grok_imagine_1_5', 'hailuo3', ...seedance, 'wan3', 'wan3_prime'],
    });
  });

  it('promises no idempotency: a request whose answer is lost is never sent again', () => {
    expect(runwayManifest.behaviour).toMatchObject({
      idempotency: 'none',
      idempotency_window_s: null,
      over_limit: 'queued',
      cancel: 'any',
      progress: 'fraction',
      webhook: false,
    });
  });

  it.each(everyModel)('$operation with $name has defaults inside its own bounds', ({ model }) => {
    expect(defaultsOutsideBounds(model)).toEqual([]);
    expect(model.parameters.duration?.default).toBeDefined();
    for (const input of model.inputs) {
      expect(Object.keys(model.parameters)).toContain(input.parameter);
    }
  });
});

describe('what the models differ in', () => {
  it.each([
    ['text_to_video', 'gen4.5', 'duration', { minimum: 2, maximum: 10, default: 5 }],
    ['text_to_video', 'veo3.1', 'duration', { values: [4, 6, 8], default: 4 }],
    ['text_to_video', 'gemini_omni_flash', 'duration', { minimum: 3, maximum: 10 }],
    ['text_to_video', 'seedance2', 'duration', { minimum: 1, default: 5 }],
    ['text_to_video', 'gen4.5', 'aspect_ratio', { values: ['16:9', '9:16'] }],
    ['image_to_video', 'gen4.5', 'aspect_ratio', { values: ['16:9', '9:16', '4:3', '3:4', '1:1', '21:9'] }],
    ['text_to_video', 'veo3.1', 'quality', { values: ['720p', '1080p'], default: '720p' }],
    ['text_to_video', 'seedance2', 'quality', { values: ['480p', '720p', '1080p', '4k'] }],
    ['text_to_video', 'seedance2_mini', 'quality', { values: ['480p', '720p'] }],
    ['text_to_video', 'hailuo3', 'quality', { values: ['768p', '2k'], default: '768p' }],
    ['text_to_video', 'grok_imagine_1_5', 'quality', { values: ['480p', '720p', '1080p'] }],
    ['fusion', 'grok_imagine_1_5', 'quality', { values: ['480p', '720p'] }],
    ['fusion', 'seedance2', 'fusion_assets', { min_items: 1, max_items: 9 }],
    ['fusion', 'wan3', 'fusion_assets', { min_items: 1, max_items: 10 }],
    ['text_to_video', 'seedance2_5', 'prompt', { required: false, max_length: 15_000 }],
    ['video_extend', 'seedance2_5', 'prompt', { required: true }],
    ['image_to_video', 'gen4_turbo', 'prompt', { required: false, max_length: 1_000 }],
    ['image_to_video', 'gen4.5', 'prompt', { required: true }],
  ] as const)('%s with %s: %s', (operation, name, parameter, expected) => {
    expect(modelOf(operation, name).parameters[parameter]).toMatchObject(expected);
  });

  it('has no frame where the source or the picture decides it', () => {
    for (const { model } of everyModel.filter(({ operation }) => operation === 'video_extend')) {
      expect(model.parameters).not.toHaveProperty('quality');
      expect(model.parameters).not.toHaveProperty('aspect_ratio');
    }
    expect(modelOf('image_to_video', 'happyhorse_1_0').parameters).not.toHaveProperty('aspect_ratio');
    expect(modelOf('text_to_video', 'h3_max').parameters).not.toHaveProperty('aspect_ratio');
  });

  it('adapts to a picture only where there is one', () => {
    expect(modelOf('text_to_video', 'hailuo3').parameters.aspect_ratio?.values).not.toContain('adaptive');
    expect(modelOf('fusion', 'hailuo3').parameters.aspect_ratio?.values).toContain('adaptive');
  });

  it('has options of Runway where the model takes them', () => {
    expect(Object.keys(modelOf('text_to_video', 'gen4.5').provider_options)).toEqual([
      'public_figure_threshold',
    ]);
    expect(Object.keys(modelOf('text_to_video', 'h3_max').provider_options)).toEqual([
      'prompt_expansion_mode',
    ]);
    expect(modelOf('text_to_video', 'veo3.1').provider_options).toEqual({});
  });

  it('has a price for the models that the guide names, and for no others', () => {
    const priced = everyModel.filter(({ model }) => model.tariff !== null).map(({ name }) => name);
    expect([...new Set(priced)].sort()).toEqual([
      'gen4.5',
      'gen4_turbo',
      'seedance2',
      'veo3.1',
      'veo3.1_fast',
    ]);
  });
});
