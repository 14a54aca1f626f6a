import { describe, expect, it } from 'vitest';
import type { Tariff } from '@pixsim7/contracts';
import { priceByTariff } from '../contract/tariff.ts';
import { modelOperations, modelsOf } from './models.ts';
import type { ModelOperation, PixverseModel } from './models.ts';
import { tariffOf } from './tariffs.ts';

const price = (
  operation: ModelOperation,
  model: PixverseModel,
  values: Parameters<typeof priceByTariff>[1],
) => priceByTariff(tariffOf(operation, model), values).credits;

describe('PixVerse prices', () => {
  // Read off the price list by hand: one of each kind of row.
  it.each<[PixverseModel, string, number, string, number]>([
    ['v3.5', '360p', 5, 'normal', 45],
    ['v4', '540p', 8, 'normal', 90],
    ['v4.5', '720p', 5, 'fast', 120],
    ['v4.5', '1080p', 5, 'normal', 120],
  ])('%s %s %i s %s costs %i', (model, quality, duration, motion_mode, credits) => {
    expect(price('text_to_video', model, { quality, duration, motion_mode })).toBe(credits);
  });

  it.each<[PixverseModel, string, number, boolean, number]>([
    ['v5.6', '540p', 5, false, 35],
    ['v5.6', '540p', 5, true, 90],
    ['v5.6', '720p', 5, true, 80],
    ['v5.6', '1080p', 8, true, 195],
    ['v6', '360p', 1, false, 5],
    ['v6', '1080p', 15, true, 345],
    ['c1', '540p', 7, false, 56],
    ['c1', '720p', 10, true, 130],
  ])('%s %s %i s, audio %s, costs %i', (model, quality, duration, audio, credits) => {
    expect(price('image_to_video', model, { quality, duration, audio })).toBe(credits);
  });

  it.each<[boolean, boolean, number]>([
    [false, false, 60],
    [true, false, 70],
    [false, true, 90],
    [true, true, 100],
  ])('v5.5 720p 5 s, audio %s, several shots %s, costs %i', (audio, generate_multi_clip_switch, credits) => {
    const values = { quality: '720p', duration: 5, audio, provider_options: { generate_multi_clip_switch } };
    expect(price('text_to_video', 'v5.5', values)).toBe(credits);
  });

  it('v5 costs twice as much for 8 s, 1080p included', () => {
    expect(price('video_extend', 'v5', { quality: '540p', duration: 5 })).toBe(45);
    expect(price('video_extend', 'v5', { quality: '540p', duration: 8 })).toBe(90);
    expect(price('video_extend', 'v5', { quality: '1080p', duration: 8 })).toBe(240);
  });

  it('does not key on what an operation does not offer', () => {
    expect(price('fusion', 'v5.5', { quality: '720p', duration: 10 })).toBe(132);
    expect(price('fusion', 'v4.5', { quality: '1080p', duration: 5 })).toBe(120);
    expect(price('video_extend', 'v5.5', { quality: '360p', duration: 5 })).toBe(45);
    expect(price('video_transition', 'v5.5', { quality: '360p', duration: 5, audio: true })).toBe(55);
  });

  it('knows no price where the list has none', () => {
    expect(price('text_to_video', 'v4', { quality: '1080p', duration: 8, motion_mode: 'normal' })).toBeNull();
    expect(price('text_to_video', 'v4', { quality: '540p', duration: 8, motion_mode: 'fast' })).toBeNull();
    expect(price('fusion', 'v5.6', { quality: '1080p', duration: 10, audio: false })).toBeNull();
  });

  const tables = modelOperations.flatMap((operation) =>
    modelsOf(operation).map((model): [ModelOperation, PixverseModel, Tariff] => [
      operation,
      model,
      tariffOf(operation, model),
    ]),
  );

  it.each(tables)(
    '%s with %s has rows that all say the same things, once each',
    (_operation, _model, tariff) => {
      const keys = tariff.rows.map((row) => JSON.stringify(tariff.by.map((name) => row.when[name])));
      expect(new Set(keys).size).toBe(tariff.rows.length);
      for (const row of tariff.rows) {
        expect(Object.keys(row.when)).toEqual(tariff.by);
        expect(row.credits).toBeGreaterThan(0);
      }
    },
  );
});
