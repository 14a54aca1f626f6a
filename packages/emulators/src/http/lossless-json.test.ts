import { array, assert, bigInt, jsonValue, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isJsonObject, parseLossless, stringifyLossless } from './lossless-json.ts';
import type { JsonValue } from './lossless-json.ts';

describe('parseLossless', () => {
  it('keeps every digit of an id above 2^53', () => {
    expect(parseLossless('{"id":305415137731978203}')).toEqual({ id: 305415137731978203n });
  });

  it.each([
    ['9007199254740991', 9007199254740991],
    ['9007199254740992', 9007199254740992n],
    ['-9007199254740993', -9007199254740993n],
    ['0.12345678901234567890', 0.12345678901234568],
    ['1e300', 1e300],
  ])('reads %s', (text, value) => {
    expect(parseLossless(text)).toBe(value);
  });

  it('leaves digits inside of strings alone, behind quotes and backslashes too', () => {
    const text = String.raw`{"a":"12345678901234567890","b":"\"12345678901234567890","c":"\\"}`;
    expect(parseLossless(text)).toEqual(JSON.parse(text));
  });

  it('is not fooled by a string that looks like its own mark', () => {
    expect(parseLossless('["whole:12345678901234567890","whole::1",12345678901234567890]')).toEqual([
      'whole:12345678901234567890',
      'whole::1',
      12345678901234567890n,
    ]);
  });

  it.each(['', '{', '{"a":}', '[1,]', 'undefined'])('throws SyntaxError for %j', (text) => {
    expect(() => parseLossless(text)).toThrow(SyntaxError);
  });

  it('gives back any JSON text as it was', () => {
    assert(
      property(jsonValue(), (value) => {
        const text = JSON.stringify(value);
        expect(stringifyLossless(parseLossless(text))).toBe(text);
      }),
    );
  });
});

describe('stringifyLossless', () => {
  it('writes a bigint as a bare number', () => {
    expect(stringifyLossless({ id: 305415137731978203n, list: [1n, null, true] })).toBe(
      '{"id":305415137731978203,"list":[1,null,true]}',
    );
  });

  it('writes everything else as JSON.stringify does', () => {
    const value: JsonValue = { a: 'é"\\\n', b: [1.5, -0, {}], c: null, d: false, '': [] };
    expect(stringifyLossless(value)).toBe(JSON.stringify(value));
  });

  it('round-trips ids of any length between any strings', () => {
    assert(
      property(array(bigInt({ min: 2n ** 53n, max: 2n ** 64n })), string(), (ids, text) => {
        expect(parseLossless(stringifyLossless({ ids, text }))).toEqual({ ids, text });
      }),
    );
  });
});

describe('isJsonObject', () => {
  it('takes objects only', () => {
    expect(isJsonObject({})).toBe(true);
    expect([null, [], 'text', 1, 1n, undefined].map(isJsonObject)).not.toContain(true);
  });
});
