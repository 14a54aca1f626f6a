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
    expect(priceByTariff(perGeneration, { quality: '540p', duration: 5, audio: true })).toBe(55);
    expect(priceByTariff(perGeneration, { quality: '540p', duration: 5, audio: false })).toBe(45);
  });

  it('does not know a price without a table, without a row, or with a value missing', () => {
    expect(priceByTariff(null, { quality: '540p' })).toBeNull();
    expect(priceByTariff(perGeneration, { quality: '540p', duration: 8, audio: false })).toBeNull();
    expect(priceByTariff(perGeneration, { quality: '540p', duration: 5 })).toBeNull();
  });

  it('multiplies by the duration where the price is per second', () => {
    const perSecond: Tariff = {
      basis: 'per_second',
      by: ['quality'],
      rows: [{ when: { quality: '720p' }, credits: 9 }],
      source: 'a price list',
    };
    expect(priceByTariff(perSecond, { quality: '720p', duration: 7 })).toBe(63);
    expect(priceByTariff(perSecond, { quality: '720p' })).toBeNull();
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
    expect(priceByTariff(byOption, { quality: '720p', provider_options: { clips: true } })).toBe(90);
    expect(priceByTariff(byOption, { quality: '720p', provider_options: { clips: false } })).toBe(60);
    expect(priceByTariff(byOption, { quality: '720p' })).toBeNull();
  });

  it('charges at least the shortest length that is charged', () => {
    const atLeastFive: Tariff = {
      basis: 'per_second',
      by: [],
      rows: [{ when: {}, credits: 4 }],
      minimum_s: 5,
      source: 'a price list',
    };
    expect([1, 5, 6].map((duration) => priceByTariff(atLeastFive, { duration }))).toEqual([20, 20, 24]);
    expect(priceByTariff(atLeastFive, {})).toBeNull();
  });

  it('tells a price of nothing from a price that is not known', () => {
    const free: Tariff = {
      basis: 'per_generation',
      by: [],
      rows: [{ when: {}, credits: 0 }],
      source: 'a gift',
    };
    expect(priceByTariff(free, {})).toBe(0);
  });
});
