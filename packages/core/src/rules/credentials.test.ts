import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCredentials } from './credentials.ts';

const secret = 'sk-very-secret';

function refusalOf(text: string): unknown {
  try {
    parseCredentials(text);
  } catch (error) {
    return error;
  }
  throw new Error('It was taken.');
}

describe('parseCredentials', () => {
  it('reads a flat object of texts', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.string(), { noNullPrototype: true }), (credentials) => {
        fc.pre(!Object.hasOwn(credentials, '__proto__'));
        expect(parseCredentials(JSON.stringify(credentials))).toEqual(credentials);
      }),
    );
  });

  it.each([
    ['a list', JSON.stringify([secret])],
    ['a text', JSON.stringify(secret)],
    ['null', 'null'],
    ['a nested object', JSON.stringify({ api_key: { value: secret } })],
    ['a number', JSON.stringify({ api_key: 1, other: secret })],
    ['no JSON', secret],
    ['broken JSON', `{"api_key":"${secret}"`],
  ])('refuses %s without repeating it', (_, text) => {
    const error = refusalOf(text);
    expect(error).toBeInstanceOf(TypeError);
    expect(String(error)).not.toContain(secret);
    expect(error).not.toHaveProperty('cause');
  });
});
