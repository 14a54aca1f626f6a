import { describe, expect, it } from 'vitest';
import type { Tariff } from '@pixsim7/contracts';
import { priceByTariff } from './tariff.ts';

const perGeneration: Tariff = {
  basis: 'per_generation',
  by: ['quality', 'duration', 'audio'],
  rows: [
    { when: { quality: '540p', duration: 5, audio: false }, credits: 45 },
    { when: { quality: '540p', duration: 5, audio: true }, credits: 55 },
  ],
  source: 'a price list',
};

describe('priceByTariff', () => {
  it('takes the row whose every value is that of the job', () => {
    expect(priceByTariff(perGeneration, { quality: '540p', duration: 5, audio: true })).toEqual({
      credits: 55,
    });
    expect(priceByTariff(perGeneration, { quality: '540p', duration: 5, audio: false })).toEqual({
      credits: 45,
    });
  });

  it('does not know a price without a table, without a row, or with a value missing', () => {
    expect(priceByTariff(null, { quality: '540p' })).toEqual({ credits: null });
    expect(priceByTariff(perGeneration, { quality: '540p', duration: 8, audio: false })).toEqual({
      credits: null,
    });
    expect(priceByTariff(perGeneration, { quality: '540p', duration: 5 })).toEqual({ credits: null });
  });

  it('multiplies by the duration where the price is per second', () => {
    const perSecond: Tariff = {
      basis: 'per_second',
      by: ['quality'],
      rows: [{ when: { quality: '720p' }, credits: 9 }],
      source: 'a price list',
    };
    expect(priceByTariff(perSecond, { quality: '720p', duration: 7 })).toEqual({ credits: 63 });
    expect(priceByTariff(perSecond, { quality: '720p' })).toEqual({ credits: null });
  });

  it('can depend on an option of the provider', () => {
    const byOption: Tariff = {
      basis: 'per_generation',
      by: ['quality', 'provider_options.clips'],
      rows: [
        { when: { quality: '720p', 'provider_options.clips': false }, credits: 60 },
        { when: { quality: '720p', 'provider_options.clips': true }, credits: 90 },
      ],
      source: 'a price list',
    };
    expect(priceByTariff(byOption, { quality: '720p', provider_options: { clips: true } })).toEqual({
      credits: 90,
    });
    expect(priceByTariff(byOption, { quality: '720p', provider_options: { clips: false } })).toEqual({
      credits: 60,
    });
    expect(priceByTariff(byOption, { quality: '720p' })).toEqual({ credits: null });
  });

  it('charges at least the shortest length that is charged', () => {
    const atLeastFive: Tariff = {
      basis: 'per_second',
      by: [],
      rows: [{ when: {}, credits: 4 }],
      minimum_s: 5,
      source: 'a price list',
    };
    expect([1, 5, 6].map((duration) => priceByTariff(atLeastFive, { duration }).credits)).toEqual([
      20, 20, 24,
    ]);
    expect(priceByTariff(atLeastFive, {})).toEqual({ credits: null });
  });

  it('tells a price of nothing from a price that is not known', () => {
    const free: Tariff = {
      basis: 'per_generation',
      by: [],
      rows: [{ when: {}, credits: 0 }],
      source: 'a gift',
    };
    expect(priceByTariff(free, {})).toEqual({ credits: 0 });
  });

  const speech: Tariff = {
    basis: 'per_input_second',
    by: [],
    rows: [
      { when: {}, present: ['text'], basis: 'per_text_bytes', credits: 4 },
      { when: {}, present: ['audio_url'], credits: 3 },
    ],
    input: 'audio',
    bytes: 15,
    source: 'a price list',
  };

  it('goes by the parameters that are set', () => {
    expect(priceByTariff(speech, {})).toEqual({ credits: null });
    expect(priceByTariff(speech, { audio_url: 'the voice' })).toEqual({
      credits: null,
      perInputSecond: { role: 'audio', credits: 3 },
    });
  });

  it.each([
    ['', 0],
    ['a', 4],
    ['a'.repeat(15), 4],
    ['a'.repeat(16), 8],
    // 2 bytes each: 16 in all.
    ['é'.repeat(8), 8],
  ])('charges every started 15 bytes of %j', (text, credits) => {
    expect(priceByTariff(speech, { text })).toEqual({ credits });
  });
});
