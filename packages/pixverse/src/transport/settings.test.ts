import { describe, expect, it } from 'vitest';
import { PixVerse } from '../client.ts';
import type { PixVerseOptions } from '../client.ts';
import { PixVerseInputError } from '../errors.ts';

function create(options: Partial<PixVerseOptions>): () => PixVerse {
  return () => new PixVerse({ apiKey: 'sk-test', ...options });
}

describe('client options', () => {
  it.each(['', ' ', 'sk-\n', 'sk test', 'sk-ключ'])('refuses the key %j without repeating it', (apiKey) => {
    expect(create({ apiKey })).toThrow(PixVerseInputError);
    expect(create({ apiKey })).toThrow(/^apiKey must be a non-empty string of printable ASCII/);
  });

  it.each([
    'app-api.pixverse.ai',
    'ftp://app-api.pixverse.ai',
    'https://user:password@app-api.pixverse.ai',
    'https://app-api.pixverse.ai/openapi/v2?region=cn',
    'https://app-api.pixverse.ai/#v2',
  ])('refuses the base URL %s', (baseURL) => {
    expect(create({ baseURL })).toThrow(PixVerseInputError);
  });

  it.each([0, -1, 2 ** 31, Number.NaN, Number.POSITIVE_INFINITY])(
    'refuses a time limit of %d',
    (timeoutMs) => {
      expect(create({ timeoutMs })).toThrow(PixVerseInputError);
    },
  );

  it.each([-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('refuses %d retries', (maxRetries) => {
    expect(create({ maxRetries })).toThrow(PixVerseInputError);
  });
});
