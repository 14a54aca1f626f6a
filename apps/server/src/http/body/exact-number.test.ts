import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exactNumber } from './exact-number.ts';

describe('exactNumber', () => {
  it.each<[string, number]>([
    ['0', 0],
    ['-0', 0],
    ['0.0', 0],
    ['0e99', 0],
    ['1', 1],
    ['-12.50', -12.5],
    ['0.1', 0.1],
    ['0.30', 0.3],
    ['1E5', 100_000],
    ['1.5e-7', 1.5e-7],
    ['100e-2', 1],
    ['9007199254740991', 9_007_199_254_740_991],
    ['-9007199254740991', -9_007_199_254_740_991],
    ['5e-324', 5e-324],
    ['0.000001', 0.000001],
  ])('%s', (lexeme, value) => {
    expect(Object.is(exactNumber(lexeme), value)).toBe(true);
  });

  it.each([
    '9007199254740992',
    '9007199254740993',
    '343252978602905123',
    '1e16',
    '1e999',
    '-1e999',
    '1e-999',
    '4e-324',
    '0.1000000000000000055511151231257827',
    '1.00000000000000001',
    '12345678901234.56789',
  ])('%s is not kept by a double', (lexeme) => {
    expect(exactNumber(lexeme)).toBeNull();
  });

  it('takes every double within the bounds as JavaScript prints it', () => {
    const max = Number.MAX_SAFE_INTEGER;
    fc.assert(
      fc.property(fc.double({ min: -max, max, noNaN: true }), (value) => {
        expect(exactNumber(JSON.stringify(value))).toBe(value + 0);
        expect(exactNumber(value.toExponential())).toBe(value + 0);
      }),
    );
  });

  it('is the same number in any spelling', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10 ** 9 }), fc.nat(6), fc.nat(6), (whole, zeros, shift) => {
        const expected = Number(`${whole}e-${shift}`);
        const digits = String(whole).padStart(shift + 1, '0');
        const point = digits.length - shift;
        const written = shift === 0 ? digits : `${digits.slice(0, point)}.${digits.slice(point)}`;
        expect(exactNumber(shift === 0 ? written : written + '0'.repeat(zeros))).toBe(expected);
        expect(exactNumber(`${whole}e-${shift}`)).toBe(expected);
      }),
    );
  });
});
