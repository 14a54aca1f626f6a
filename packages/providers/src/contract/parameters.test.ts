import { describe, expect, it } from 'vitest';
import type { JobParameters, ModelManifest } from '@pixsim7/contracts';
import { checkParameters } from './parameters.ts';

const model: ModelManifest = {
  model: 'm1',
  label: 'Model 1',
  lifecycle: 'active',
  parameters: {
    prompt: { type: 'string', required: true, max_length: 20, warn_over_length: 10 },
    quality: { type: 'string', required: true, values: ['low', 'high'], default: 'low' },
    duration: { type: 'integer', required: true, minimum: 1, maximum: 10, default: 5 },
    seed: { type: 'integer', required: false, minimum: 0 },
    motion_mode: { type: 'string', required: false, values: ['normal', 'fast'] },
    audio: { type: 'boolean', required: false, default: false },
    image_urls: { type: 'list', required: false, min_items: 2, max_items: 3 },
  },
  provider_options: {
    strength: { type: 'number', required: false, minimum: 0, maximum: 1 },
    switch: { type: 'boolean', required: false, default: false },
    details: { type: 'object', required: false },
  },
  inputs: [],
  rules: [],
  tariff: null,
  typical_s: { low: 1, high: 2 },
};

const check = (params: JobParameters, changes: Partial<ModelManifest> = {}) =>
  checkParameters({ ...model, ...changes }, params);
const brief = (params: JobParameters, changes: Partial<ModelManifest> = {}) =>
  check(params, changes).issues.map(({ pointer, code }) => `${pointer} ${code}`);

describe('checkParameters: values', () => {
  it('fills defaults in, options included, and names the model', () => {
    expect(check({ prompt: 'rain' })).toEqual({
      values: {
        prompt: 'rain',
        quality: 'low',
        duration: 5,
        audio: false,
        model: 'm1',
        provider_options: { switch: false },
      },
      issues: [],
      warnings: [],
    });
  });

  it('keeps what the caller set and leaves the caller’s objects alone', () => {
    const params: JobParameters = Object.freeze({
      prompt: 'rain',
      quality: 'high',
      provider_options: Object.freeze({ strength: 0.5 }),
    });
    const { values } = check(params);
    expect(values).toMatchObject({ quality: 'high', provider_options: { strength: 0.5, switch: false } });
  });

  it('has no options in the values when the model has none', () => {
    expect(check({ prompt: 'rain' }, { provider_options: {} }).values).not.toHaveProperty('provider_options');
  });

  it('takes an explicit undefined for absent', () => {
    expect(brief({ prompt: 'rain', seed: undefined })).toEqual([]);
  });
});

describe('checkParameters: issues', () => {
  it('reports everything that is wrong, not the first thing', () => {
    expect(brief({ quality: 'huge', duration: 2.5, style: 'clay' })).toEqual([
      '/params/quality not_allowed',
      '/params/duration wrong_type',
      '/params/style not_supported',
      '/params/prompt required',
    ]);
  });

  it.each<[string, JobParameters, string[]]>([
    ['an empty required text', { prompt: '  ' }, ['/params/prompt required']],
    ['a text over the limit', { prompt: 'x'.repeat(21) }, ['/params/prompt too_long']],
    ['a number below the range', { prompt: 'a', duration: 0 }, ['/params/duration out_of_range']],
    ['a number above the range', { prompt: 'a', duration: 11 }, ['/params/duration out_of_range']],
    ['a half open range', { prompt: 'a', seed: -1 }, ['/params/seed out_of_range']],
    ['an integer beyond exactness', { prompt: 'a', seed: 2 ** 53 }, ['/params/seed wrong_type']],
    ['too few items', { prompt: 'a', image_urls: ['1'] }, ['/params/image_urls wrong_count']],
    ['too many items', { prompt: 'a', image_urls: ['1', '2', '3', '4'] }, ['/params/image_urls wrong_count']],
    ['a truthy word for a switch', { prompt: 'a', audio: 'yes' as never }, ['/params/audio wrong_type']],
  ])('names %s', (_, params, expected) => {
    expect(brief(params)).toEqual(expected);
  });

  it('shows what is allowed', () => {
    const allowed = (params: JobParameters) => check(params).issues[0]?.allowed;
    expect(allowed({ prompt: 'a', quality: 'huge' })).toEqual(['low', 'high']);
    expect(allowed({ prompt: 'a', duration: 99 })).toEqual({ minimum: 1, maximum: 10 });
    expect(allowed({ prompt: 'a', image_urls: ['1'] })).toEqual({ min_items: 2, max_items: 3 });
    expect(allowed({ prompt: 'a', style: 'clay' })).toContain('quality');
  });

  it('counts characters, not code units', () => {
    expect(brief({ prompt: '🚤'.repeat(20) })).toEqual([]);
  });

  it('warns of a long text that is still allowed', () => {
    const { issues, warnings } = check({ prompt: 'x'.repeat(11) });
    expect(issues).toEqual([]);
    expect(warnings).toMatchObject([{ pointer: '/params/prompt', code: 'long_text' }]);
  });

  it('uses the right article for a type', () => {
    expect(check({ prompt: 'a', provider_options: { details: 1 } }).issues[0]?.detail).toBe(
      'Must be an object.',
    );
    expect(check({ prompt: 'a', seed: 'x' as never }).issues[0]?.detail).toBe('Must be an integer.');
    expect(check({ prompt: 1 as never }).issues[0]?.detail).toBe('Must be a string.');
  });
});

describe('checkParameters: provider options', () => {
  it('refuses an option that the model does not have, names of the language included', () => {
    expect(brief({ prompt: 'a', provider_options: { turbo: true, constructor: 1 } })).toEqual([
      '/params/provider_options/turbo not_supported',
      '/params/provider_options/constructor not_supported',
    ]);
  });

  it('escapes the pointer of an odd name (RFC 6901)', () => {
    expect(brief({ prompt: 'a', provider_options: { 'a/b~c': 1 } })).toEqual([
      '/params/provider_options/a~1b~0c not_supported',
    ]);
  });

  it('checks type and range', () => {
    expect(brief({ prompt: 'a', provider_options: { strength: 2, switch: 'on' } })).toEqual([
      '/params/provider_options/strength out_of_range',
      '/params/provider_options/switch wrong_type',
    ]);
    expect(brief({ prompt: 'a', provider_options: { strength: Infinity } })).toEqual([
      '/params/provider_options/strength wrong_type',
    ]);
  });

  it('asks for a required option', () => {
    expect(
      brief({ prompt: 'a' }, { provider_options: { voice: { type: 'string', required: true } } }),
    ).toEqual(['/params/provider_options/voice required']);
  });
});

describe('checkParameters: rules', () => {
  const rules: ModelManifest['rules'] = [
    {
      when: { motion_mode: ['fast'] },
      allow: { duration: [5], quality: ['low'] },
      message: 'Fast motion needs 5 seconds at low quality.',
    },
    { when: { image_urls: 'present' }, forbid: ['seed'], require: ['motion_mode'], message: 'With images.' },
  ];

  it('applies when every condition holds, defaults counted', () => {
    expect(brief({ prompt: 'a', motion_mode: 'fast' }, { rules })).toEqual([]);
    expect(brief({ prompt: 'a', motion_mode: 'normal', quality: 'high', duration: 8 }, { rules })).toEqual(
      [],
    );
    expect(brief({ prompt: 'a', motion_mode: 'fast', quality: 'high', duration: 8 }, { rules })).toEqual([
      '/params/duration not_allowed',
      '/params/quality not_allowed',
    ]);
  });

  it('forbids and requires by presence', () => {
    expect(brief({ prompt: 'a', image_urls: ['1', '2'], seed: 1 }, { rules })).toEqual([
      '/params/seed not_supported',
      '/params/motion_mode required',
    ]);
  });

  it('never forbids a default that the caller did not set', () => {
    const forbidAudio = [
      { when: { seed: 'present' as const }, forbid: ['audio' as const], message: 'No audio.' },
    ];
    expect(brief({ prompt: 'a', seed: 1 }, { rules: forbidAudio })).toEqual([]);
    expect(brief({ prompt: 'a', seed: 1, audio: false }, { rules: forbidAudio })).toEqual([
      '/params/audio not_supported',
    ]);
  });
});
