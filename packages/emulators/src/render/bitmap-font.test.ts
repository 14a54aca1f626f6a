import { describe, expect, it } from 'vitest';
import { glyphHeight, glyphOf, glyphWidth, wrapText } from './bitmap-font.ts';

function drawn(character: string): string[] {
  const glyph = glyphOf(character);
  return Array.from({ length: glyphHeight }, (_, row) =>
    Array.from({ length: glyphWidth }, (_, column) => (((glyph[column] ?? 0) >> row) & 1 ? '#' : '.')).join(
      '',
    ),
  );
}

describe('glyphOf', () => {
  it('draws a letter the right way up and round', () => {
    expect(drawn('F')).toEqual(['#####', '#....', '#....', '####.', '#....', '#....', '#....', '.....']);
  });

  it('has a picture for every printable ASCII character, and another for each', () => {
    const pictures = Array.from({ length: 95 }, (_, index) => drawn(String.fromCharCode(32 + index)).join());
    expect(new Set(pictures).size).toBe(95);
  });

  it('ends with the tilde, so no row of the table is missing or doubled', () => {
    expect(drawn('~').join('')).toContain('#');
    expect(drawn('~')).not.toEqual(drawn('\u007f'));
  });

  it('draws a box for what it does not have', () => {
    expect(drawn('字')[0]).toBe('#####');
    expect(drawn('字')).toEqual(drawn('é'));
  });
});

describe('wrapText', () => {
  it('breaks between words', () => {
    expect(wrapText('a red fox in the snow', 9, 9)).toEqual(['a red fox', 'in the', 'snow']);
  });

  it('breaks a word that is longer than a line', () => {
    expect(wrapText('ab abcdefgh', 3, 9)).toEqual(['ab', 'abc', 'def', 'gh']);
  });

  it('cuts off what does not fit and shows it', () => {
    expect(wrapText('one two three four', 5, 2)).toEqual(['one', 'tw...']);
  });

  it('takes any white space, and nothing', () => {
    expect(wrapText(' a\n\tb ', 10, 2)).toEqual(['a b']);
    expect(wrapText('  ', 10, 2)).toEqual([]);
  });
});
