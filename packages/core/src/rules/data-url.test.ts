import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDataUrl } from './data-url.ts';

describe('parseDataUrl', () => {
  it('gives back the bytes, with padding or without, in either alphabet', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1 }), (bytes) => {
        const text = Buffer.from(bytes).toString('base64');
        const urlSafe = Buffer.from(bytes).toString('base64url');
        expect(parseDataUrl(`data:image/png;base64,${text}`)).toEqual(Buffer.from(bytes));
        expect(parseDataUrl(`data:image/png;base64,${urlSafe}`)).toEqual(Buffer.from(bytes));
      }),
    );
  });

  it.each(['data:;base64,QQ==', 'DATA:IMAGE/PNG;BASE64,QQ==', 'data:image/png;charset=utf-8;base64,QQ=='])(
    'takes the header of %s',
    (url) => {
      expect(parseDataUrl(url)).toEqual(Buffer.from('A'));
    },
  );

  it.each([
    ['another scheme', 'https://example.com/a.png'],
    ['no comma', 'data:image/png;base64'],
    ['no base64 mark', 'data:image/png,QQ=='],
    ['percent encoding', 'data:text/plain,hello%20world'],
    ['no data', 'data:image/png;base64,'],
    ['white space', 'data:image/png;base64,QQ ==\n'],
    ['garbage', 'data:image/png;base64,<html>'],
    ['too much padding', 'data:image/png;base64,QQ==='],
    ['padding in the middle', 'data:image/png;base64,QQ==QQ=='],
    ['a single character, which is no byte', 'data:image/png;base64,Q'],
    ['a character too many, which was cut off something', 'data:image/png;base64,QUJDR'],
  ])('refuses %s', (_, url) => {
    expect(parseDataUrl(url)).toBeNull();
  });
});
