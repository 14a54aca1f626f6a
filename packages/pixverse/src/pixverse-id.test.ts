import { describe, expect, expectTypeOf, it } from 'vitest';
import { PixVerseInputError } from './errors.ts';
import { JsonNumber } from './lossless-json/index.ts';
import { isPixVerseId, readPixVerseId, toPixVerseId } from './pixverse-id.ts';
import type { PixVerseId } from './pixverse-id.ts';

describe('PixVerse ids', () => {
  it.each(['0', '343252978602905', '343252978602905123', '18446744073709551615'])('takes %s', (text) => {
    expect(isPixVerseId(text)).toBe(true);
    expect(toPixVerseId(text)).toBe(text);
    expect(readPixVerseId(new JsonNumber(text))).toBe(text);
    expect(readPixVerseId(text)).toBe(text);
  });

  it.each([
    '',
    '-1',
    '+1',
    '007',
    '1.0',
    '1e3',
    '0x1f',
    ' 1',
    '1\n',
    '18446744073709551616',
    '9'.repeat(1_000),
  ])('refuses %j', (text) => {
    expect(isPixVerseId(text)).toBe(false);
    expect(() => toPixVerseId(text)).toThrow(PixVerseInputError);
    expect(readPixVerseId(text)).toBeUndefined();
  });

  it('reads nothing out of other JSON values', () => {
    for (const value of [null, true, {}, [], undefined, new JsonNumber('1.5'), new JsonNumber('-7')]) {
      expect(readPixVerseId(value)).toBeUndefined();
    }
  });

  it('is a type of its own: neither a number nor any string', () => {
    expectTypeOf<'343252978602905'>().toExtend<PixVerseId>();
    expectTypeOf<string>().not.toExtend<PixVerseId>();
    expectTypeOf<number>().not.toExtend<PixVerseId>();
    expectTypeOf<'abc'>().not.toExtend<PixVerseId>();
  });
});
