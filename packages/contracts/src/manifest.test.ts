import { describe, expect, it } from 'vitest';
import { tariffSchema } from './manifest.ts';

describe('tariffSchema', () => {
  const tariff = {
    basis: 'per_generation',
    by: ['quality', 'provider_options.clips'],
    rows: [{ when: { quality: '720p', 'provider_options.clips': true }, credits: 90 }],
    source: 'a price list',
  };

  it('keys on parameters and on options of the provider', () => {
    expect(tariffSchema.parse(tariff)).toEqual(tariff);
  });

  it('refuses a name that is neither', () => {
    expect(tariffSchema.safeParse({ ...tariff, by: ['clips'] }).success).toBe(false);
    expect(tariffSchema.safeParse({ ...tariff, rows: [{ when: { clips: true }, credits: 1 }] }).success).toBe(
      false,
    );
  });

  it('lets a row name only what it depends on', () => {
    expect(tariffSchema.safeParse({ ...tariff, rows: [{ when: {}, credits: 1 }] }).success).toBe(true);
  });
});
