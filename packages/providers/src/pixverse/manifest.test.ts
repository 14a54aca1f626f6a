import { describe, expect, it } from 'vitest';
import { operationTypes, providerManifestSchema } from '@pixsim7/contracts';
import type { OperationType } from '@pixsim7/contracts';
import { defaultsOutsideBounds, everyModelOf, modelOf as findModelOf } from '../__tests__/manifest-models.ts';
import { pixverseManifest } from './manifest.ts';

const modelOf = (operation: OperationType, name: string) => findModelOf(pixverseManifest, operation, name);
const everyModel = everyModelOf(pixverseManifest);

describe('the PixVerse manifest', () => {
  it('is what the schema of manifests says, and nothing beside it', () => {
    expect(providerManifestSchema.parse(pixverseManifest)).toEqual(pixverseManifest);
  });

  it('survives JSON, so that it can be served as it is', () => {
    expect(JSON.parse(JSON.stringify(pixverseManifest))).toEqual(pixverseManifest);
  });

  it('offers every operation, and those with models with the models of the reference', () => {
    const matrix = Object.fromEntries(
      pixverseManifest.operations.map((offer) => [
        offer.operation_type,
        offer.models.map(({ model }) => model),
      ]),
    );
    const all = ['v3.5', 'v4', 'v4.5', 'v5', 'v5.5', 'v5.6', 'v6', 'c1'];
    expect(Object.keys(matrix)).toEqual(operationTypes);
    expect(matrix).toMatchObject({
      text_to_video: all,
      image_to_video: all,
      video_extend: ['v3.5', 'v4', 'v4.5', 'v5', 'v5.5', 'v6'],
      video_transition: all,
      fusion: ['v4.5', 'v5', 'v5.5', 'v5.6', 'v6', 'c1'],
    });
  });

  it('has a default model for each operation that it offers there', () => {
    for (const offer of pixverseManifest.operations) {
      expect(offer.models.map(({ model }) => model)).toContain(offer.default_model);
      expect([offer.operation_type, 'v5']).toContain(offer.default_model);
    }
  });

  it.each(everyModel)('$operation with $name has defaults inside its own bounds', ({ model }) => {
    expect(defaultsOutsideBounds(model)).toEqual([]);
    expect(model.parameters.quality?.default ?? '540p').toBe('540p');
    expect(model.parameters.duration?.default ?? 5).toBe(5);
  });

  it.each(everyModel)('$operation with $name has inputs and rules about parameters it takes', ({ model }) => {
    const names = Object.keys(model.parameters);
    for (const input of model.inputs) {
      expect(names).toContain(input.parameter);
    }
    for (const rule of model.rules) {
      for (const name of [...Object.keys(rule.when), ...Object.keys(rule.allow ?? {})]) {
        expect(names).toContain(name);
      }
    }
  });
});

describe('what the models differ in', () => {
  it.each([
    ['v3.5', [5, 8]],
    ['v5', [5, 8]],
    ['v5.5', [5, 8, 10]],
    ['v5.6', [5, 8, 10]],
  ])('%s makes lengths of %j seconds', (name, values) => {
    expect(modelOf('text_to_video', name).parameters.duration).toMatchObject({ values });
  });

  it.each(['v6', 'c1'])('%s makes any whole second up to 15', (name) => {
    expect(modelOf('text_to_video', name).parameters.duration).toMatchObject({ minimum: 1, maximum: 15 });
  });

  it.each([
    ['text_to_video', ['v5.5', 'v5.6', 'v6', 'c1']],
    ['image_to_video', ['v5.5', 'v5.6', 'v6', 'c1']],
    ['video_transition', ['v5.5', 'v5.6', 'v6', 'c1']],
    ['video_extend', ['v6']],
    ['fusion', ['v5.6', 'v6', 'c1']],
  ] as const)('%s has sound with %j', (operation, names) => {
    const withAudio = everyModel.filter(
      (entry) => entry.operation === operation && entry.model.parameters.audio !== undefined,
    );
    expect(withAudio.map(({ name }) => name)).toEqual(names);
    for (const { model } of withAudio) {
      expect(model.parameters.audio?.default).toBe(false);
    }
  });

  it('has an aspect ratio only where no picture decides it', () => {
    const operations = everyModel
      .filter(({ model }) => model.parameters.aspect_ratio !== undefined)
      .map(({ operation }) => operation);
    expect([...new Set(operations)]).toEqual(['text_to_video', 'fusion']);
    expect(modelOf('text_to_video', 'v5').parameters.aspect_ratio?.values).not.toContain('21:9');
    expect(modelOf('text_to_video', 'v6').parameters.aspect_ratio?.values).toContain('21:9');
  });

  it('has camera movements with v4 and v4.5, the automatic one for text only', () => {
    const names = everyModel.filter(({ model }) => model.parameters.camera_movement !== undefined);
    expect([...new Set(names.map(({ name }) => name))]).toEqual(['v4', 'v4.5']);
    expect(modelOf('text_to_video', 'v4').parameters.camera_movement?.values).toContain('auto_camera');
    expect(modelOf('image_to_video', 'v4').parameters.camera_movement?.values).not.toContain('auto_camera');
  });

  it('has motion modes up to v4.5', () => {
    const names = everyModel.filter(({ model }) => model.parameters.motion_mode !== undefined);
    expect([...new Set(names.map(({ name }) => name))]).toEqual(['v3.5', 'v4', 'v4.5']);
  });

  it.each([
    ['v4.5', 3],
    ['v5', 3],
    ['v5.5', 7],
    ['v6', 7],
    ['c1', 7],
  ])('fusion with %s takes %i references', (name, maximum) => {
    expect(modelOf('fusion', name).parameters.fusion_assets).toMatchObject({
      min_items: 1,
      max_items: maximum,
    });
  });

  it.each([
    ['v3.5', 7],
    ['v5', 7],
    ['v5.5', 2],
    ['c1', 2],
  ])('a transition with %s goes through up to %i images', (name, maximum) => {
    expect(modelOf('video_transition', name).parameters.image_urls).toMatchObject({
      min_items: 2,
      max_items: maximum,
    });
  });

  it('keeps options to the models and operations that document them', () => {
    const options = (operation: OperationType, name: string) =>
      Object.keys(modelOf(operation, name).provider_options);
    expect(options('text_to_video', 'v5.5')).toEqual(
      expect.arrayContaining(['generate_multi_clip_switch', 'thinking_type', 'template_id', 'webhook_id']),
    );
    expect(options('text_to_video', 'v6')).toContain('generate_multi_clip_switch');
    expect(options('text_to_video', 'c1')).not.toContain('generate_multi_clip_switch');
    expect(options('text_to_video', 'v6')).not.toContain('thinking_type');
    expect(options('image_to_video', 'v5')).toContain('lip_sync_tts_switch');
    expect(options('image_to_video', 'v5.5')).not.toContain('lip_sync_tts_switch');
    expect(options('video_extend', 'v5')).toEqual(['water_mark']);
    expect(options('fusion', 'v6')).toEqual([]);
  });
});
