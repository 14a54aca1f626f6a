import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DataUrlError, dataUrlBytes } from './data-url.ts';

/** All bytes; null when it is not a valid base64 data URL. */
function parseDataUrl(url: string): Buffer | null {
  try {
    const pieces = dataUrlBytes(url);
    return pieces === null ? null : Buffer.concat([...pieces]);
  } catch (error) {
    if (error instanceof DataUrlError) {
      return null;
    }
    throw error;
  }
}

describe('dataUrlBytes', () => {
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

  it.each([
    'data:;base64,QQ==',
    'DATA:IMAGE/PNG;BASE64,QQ==',
    'data:image/png;charset=utf-8;base64,QQ==',
    'data:image/png; base64,QQ==',
    'data:image/png;base64, QQ==',
    'data:image/png;base64,QQ ==\n',
    'data:image/png;base64,Q\r\nQ\t=\f=',
    'data:image/png;base64,QQ%3D%3d',
    'data:image/png;base64,%51%51',
    'data:image/png;base64,%0AQQ%20==',
  ])('takes %j', (url) => {
    expect(parseDataUrl(url)).toEqual(Buffer.from('A'));
  });

  it('reads plus and slash in every spelling', () => {
    const bytes = Buffer.from([0xfb, 0xef, 0xbf, 0xff]);
    for (const data of ['++++/w==', '%2B%2b++%2Fw==', '----_w', '++\n++/w']) {
      expect(parseDataUrl(`data:image/png;base64,${data}`)).toEqual(Buffer.from([0xfb, 0xef, 0xbe, 0xff]));
    }
    expect(parseDataUrl(`data:image/png;base64,${bytes.toString('base64')}`)).toEqual(bytes);
  });

  it('gives back the bytes with white space and escapes anywhere', () => {
    const spelling = fc.constantFrom('', ' ', '\n', '\r\n', '%20', '%0D%0A');
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1 }),
        fc.infiniteStream(spelling),
        fc.infiniteStream(fc.boolean()),
        (bytes, spaces, escapes) => {
          const data = Array.from(Buffer.from(bytes).toString('base64'), (character) => {
            const isEscaped = escapes.next().value;
            const escaped = `%${character.charCodeAt(0).toString(16)}`;
            return `${spaces.next().value}${isEscaped ? escaped : character}`;
          });
          expect(parseDataUrl(`data:image/png;base64,${data.join('')}`)).toEqual(Buffer.from(bytes));
        },
      ),
    );
  });

  it('gives back a file of many chunks', () => {
    const bytes = Buffer.from(Array.from({ length: 200_001 }, (_, index) => (index * 7) % 256));
    const data = bytes.toString('base64').replaceAll(/.{76}/gu, '$&\r\n');
    const parsed = parseDataUrl(`data:image/png;base64,${data}`);
    // The matcher of vitest takes seconds for so many bytes.
    expect(parsed !== null && bytes.equals(parsed)).toBe(true);
  });

  it.each([
    ['another scheme', 'https://example.com/a.png'],
    ['no comma', 'data:image/png;base64'],
    ['no base64 mark', 'data:image/png,QQ=='],
    ['percent encoding', 'data:text/plain,hello%20world'],
    ['no data', 'data:image/png;base64,'],
    ['a header without an end', `data:${'x'.repeat(2_000)};base64,QQ==`],
    ['a percent sign at the end', 'data:image/png;base64,QQ%3'],
    ['a percent sign without digits', 'data:image/png;base64,QQ%zz'],
    ['an escape beyond ASCII', 'data:image/png;base64,QQ%C3'],
    ['a letter beyond ASCII', 'data:image/png;base64,QQ\u00e9'],
    ['garbage', 'data:image/png;base64,<html>'],
    ['too much padding', 'data:image/png;base64,QQ==='],
    ['padding in the middle', 'data:image/png;base64,QQ==QQ=='],
    ['a single character, which is no byte', 'data:image/png;base64,Q'],
    ['a character too many, which was cut off something', 'data:image/png;base64,QUJDR'],
  ])('refuses %s', (_, url) => {
    expect(parseDataUrl(url)).toBeNull();
  });
});
