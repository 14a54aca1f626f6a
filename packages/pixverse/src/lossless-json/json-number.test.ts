import { describe, expect, it } from 'vitest';
import { JsonNumber } from './json-number.ts';

describe('JsonNumber', () => {
  it('gives its text back and converts on demand', () => {
    const size = new JsonNumber('10.50');
    expect(size.toString()).toBe('10.50');
    expect(size.toNumber()).toBe(10.5);
  });

  it.each(['', ' 1', '1 ', '01', '.5', '1.', '+1', '0x10', '1n', 'NaN', 'Infinity', '1\n'])(
    'refuses %j, which could break out of the document it is written into',
    (lexeme) => {
      expect(() => new JsonNumber(lexeme)).toThrow(TypeError);
    },
  );
});
