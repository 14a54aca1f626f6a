import { describe, expect, it } from 'vitest';
import { AuthenticationError } from '../contract/errors.ts';
import { FalConnectionError } from '../fal-queue/call-errors.ts';
import { keyOf, translateError } from './errors.ts';

describe('keyOf', () => {
  it('gives the key', () => {
    expect(keyOf({ api_key: 'id:secret' })).toBe('id:secret');
  });

  it.each([
    {},
    { api_key: '' },
    { api_key: 'two words' },
    { api_key: 'line\nbreak' },
    { token: 'id:secret' },
  ])('refuses %j, naming Pika', (credentials) => {
    expect(() => keyOf(credentials)).toThrow(AuthenticationError);
    expect(() => keyOf(credentials)).toThrow('Pika');
  });
});

describe('translateError', () => {
  it('speaks of Pika, whatever it is reached through', () => {
    const error = translateError(new FalConnectionError('broke', true, null), 'read');
    expect(error).toMatchObject({
      class: 'ProviderUnavailableError',
      message: expect.stringMatching(/^Pika /),
    });
  });

  it('leaves a mistake of ours what it is', () => {
    const mistake = new TypeError('not ours to translate');
    expect(translateError(mistake, 'submit')).toBe(mistake);
  });
});
