import { isUtf8 } from 'node:buffer';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findNotUtf8, placeOf } from './text-place.ts';

describe('placeOf', () => {
  it.each([
    ['abc', 0, 'line 1, column 1'],
    ['abc', 3, 'line 1, column 4'],
    ['a\nbc', 3, 'line 2, column 2'],
    ['a\r\n\nb', 4, 'line 3, column 1'],
    ['éé😀x', 8, 'line 1, column 4'],
  ])('%j at %i', (text, offset, place) => {
    expect(placeOf(Buffer.from(text), offset)).toBe(place);
  });
});

describe('findNotUtf8', () => {
  it('finds nothing in text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(findNotUtf8(Buffer.from(text))).toBeNull();
      }),
    );
  });

  it('finds the first character that is not UTF-8', () => {
    const bad = fc.constantFrom(
      [0xff],
      [0xc3, 0x28],
      [0xed, 0xa0, 0x80],
      [0xf8],
      [0xc0, 0x80],
      [0x80],
      [0xe4, 0xb8],
    );
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), bad, fc.string(), (before, bytes, after) => {
        const good = Buffer.from(before);
        const body = Buffer.concat([good, Buffer.from(bytes), Buffer.from('.'), Buffer.from(after)]);
        expect(isUtf8(body)).toBe(false);
        expect(findNotUtf8(body)).toBe(good.length);
      }),
    );
  });
});
