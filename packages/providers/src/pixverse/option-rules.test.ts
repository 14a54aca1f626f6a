import { describe, expect, it } from 'vitest';
import type { JobParameters } from '@pixsim7/contracts';
import { issuesOf, mappedOf } from '../__tests__/mapping-results.ts';
import { mapParameters } from './map-parameters.ts';

function map(provider_options: Record<string, unknown>, params: JobParameters = {}) {
  return mapParameters('text_to_video', { prompt: 'rain', ...params, provider_options });
}

function issues(provider_options: Record<string, unknown>, params: JobParameters = {}) {
  return issuesOf(map(provider_options, params)).map((issue) =>
    issue.replace('/params/provider_options', ''),
  );
}

function accepted(provider_options: Record<string, unknown>, params: JobParameters = {}) {
  const mapped = mappedOf(map(provider_options, params));
  return { ...mapped, fields: mapped.plan.fields };
}

describe('template_id', () => {
  it.each([
    ['302325299692608', '302325299692608'],
    ['18446744073709551615', '18446744073709551615'],
    [302_325_299_692_608, '302325299692608'],
  ])('%j is kept as a decimal string', (given, kept) => {
    expect(accepted({ template_id: given }).fields).toMatchObject({ template_id: kept });
  });

  it.each(['-1', '0x10', '1e3', '007', ''])('%j is no id', (template_id) => {
    expect(issues({ template_id })).toEqual(['/template_id wrong_type']);
  });

  it('does not take a number that may have lost digits', () => {
    expect(issues({ template_id: 2 ** 60 })).toEqual(['/template_id wrong_type']);
  });

  it('brings its own camera, length and price', () => {
    expect(issues({ template_id: '7' }, { model: 'v4', camera_movement: 'zoom_in' })).toEqual([
      '/params/camera_movement not_supported',
    ]);
    expect(accepted({ template_id: '7' })).toMatchObject({
      price: { credits: null },
      outputDurationS: null,
      warnings: [{ code: 'price_unknown' }],
    });
  });
});

describe('sound and speech', () => {
  const speech = {
    lip_sync_tts_switch: true,
    lip_sync_tts_content: 'Ahoy',
    lip_sync_tts_speaker_id: 'auto',
  };

  it('is sent, at a price that is not known', () => {
    const { fields, price } = accepted({
      sound_effect_switch: true,
      sound_effect_content: 'waves',
      ...speech,
    });
    expect(fields).toMatchObject({ sound_effect_switch: true, sound_effect_content: 'waves', ...speech });
    expect(price.credits).toBeNull();
  });

  it('has the usual price when it is switched off', () => {
    expect(accepted({ sound_effect_switch: false, lip_sync_tts_switch: false }).price.credits).toBe(45);
  });

  it('needs its switch', () => {
    expect(issues({ sound_effect_content: 'waves' })).toEqual(['/sound_effect_switch required']);
    expect(issues({ ...speech, lip_sync_tts_switch: false })).toEqual(['/lip_sync_tts_switch required']);
    expect(issues({ lip_sync_tts_switch: true })).toEqual([
      '/lip_sync_tts_content required',
      '/lip_sync_tts_speaker_id required',
    ]);
  });

  it('is for v5 and below, effects with a template for all', () => {
    expect(issues({ sound_effect_switch: true }, { model: 'v6' })).toEqual([
      '/sound_effect_switch not_supported',
    ]);
    expect(issues({ sound_effect_switch: true, template_id: '7' }, { model: 'v6' })).toEqual([]);
    expect(issues(speech, { model: 'v5.5' })).toEqual([
      '/lip_sync_tts_switch not_supported',
      '/lip_sync_tts_content not_supported',
      '/lip_sync_tts_speaker_id not_supported',
    ]);
  });

  it('warns of a text that will be cut', () => {
    expect(accepted({ ...speech, lip_sync_tts_content: 'a'.repeat(141) }).warnings).toMatchObject([
      { pointer: '/params/provider_options/lip_sync_tts_content', code: 'long_text' },
      { code: 'price_unknown' },
    ]);
  });
});

describe('other options', () => {
  it('raises the price of v5.5 for several shots, and does not for v6', () => {
    const several = { generate_multi_clip_switch: true };
    expect(accepted({}, { model: 'v5.5' }).price.credits).toBe(45);
    expect(accepted(several, { model: 'v5.5' }).price.credits).toBe(75);
    expect(accepted(several, { model: 'v5.5', audio: true }).price.credits).toBe(85);
    expect(accepted(several, { model: 'v6' }).price.credits).toBe(35);
  });

  it('has thinking with v5.5 only', () => {
    expect(accepted({ thinking_type: 'auto' }, { model: 'v5.5' }).fields).toMatchObject({
      thinking_type: 'auto',
    });
    expect(issues({ thinking_type: 'hard' }, { model: 'v5.5' })).toEqual(['/thinking_type not_allowed']);
    expect(issues({ thinking_type: 'auto' }, { model: 'v6' })).toEqual(['/thinking_type not_supported']);
  });

  it('refuses an option that PixVerse does not have', () => {
    expect(issues({ off_peak_mode: true })).toEqual(['/off_peak_mode not_supported']);
  });
});
