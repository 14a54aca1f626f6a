import { describe, expect, it } from 'vitest';
import type { ModelManifest, ProviderManifest } from '@pixsim7/contracts';
import { findModel } from './find-model.ts';

const models = [{ model: 'old' }, { model: 'new' }] as ModelManifest[];
const manifest = {
  name: 'Somebody',
  operations: [{ operation_type: 'text_to_video', default_model: 'new', models }],
} as ProviderManifest;

describe('findModel', () => {
  it('takes the model that is named, and the default of the operation when none is', () => {
    expect(findModel(manifest, 'text_to_video', { model: 'old' })).toEqual({ ok: true, model: models[0] });
    expect(findModel(manifest, 'text_to_video', {})).toEqual({ ok: true, model: models[1] });
  });

  it('refuses an operation and a model that are not offered, with what is', () => {
    expect(findModel(manifest, 'fusion', {})).toEqual({
      ok: false,
      issues: [
        {
          pointer: '/operation_type',
          code: 'not_supported',
          detail: 'Somebody does not offer fusion here.',
          allowed: ['text_to_video'],
        },
      ],
    });
    expect(findModel(manifest, 'text_to_video', { model: 'other' })).toMatchObject({
      ok: false,
      issues: [{ pointer: '/params/model', code: 'not_allowed', allowed: ['old', 'new'] }],
    });
  });
});
