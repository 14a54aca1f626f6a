import { describe, expect, it } from 'vitest';
import { parseRange } from './byte-range.ts';
import { allowsRange, matchesNone } from './entity-tag.ts';
import { contentDisposition, savedFileName } from './file-name.ts';

describe('parseRange', () => {
  it.each([
    [undefined, 'whole'],
    ['bytes=0-9', { start: 0, end: 9 }],
    ['bytes=0-', { start: 0, end: 99 }],
    ['bytes=99-99', { start: 99, end: 99 }],
    ['bytes=90-500', { start: 90, end: 99 }],
    ['bytes=-10', { start: 90, end: 99 }],
    ['bytes=-500', { start: 0, end: 99 }],
    ['Bytes = 1-2', 'whole'],
    ['bytes= 1 - 2 ', { start: 1, end: 2 }],
    ['bytes=100-', 'unsatisfiable'],
    ['bytes=100-200', 'unsatisfiable'],
    ['bytes=-0', 'unsatisfiable'],
    ['bytes=5-2', 'whole'],
    ['bytes=-', 'whole'],
    ['bytes=0-1,5-6', 'whole'],
    ['items=0-1', 'whole'],
    ['bytes=a-b', 'whole'],
    [`bytes=0-${'9'.repeat(400)}`, 'whole'],
  ])('%s of 100 bytes', (header, expected) => {
    expect(parseRange(header, 100)).toEqual(expected);
  });

  it.each(['bytes=0-', 'bytes=0-0', 'bytes=-1'])('%s of an empty file does not exist', (header) => {
    expect(parseRange(header, 0)).toBe('unsatisfiable');
  });
});

describe('entity tags', () => {
  it.each([
    [undefined, true],
    ['"abc"', false],
    ['W/"abc"', false],
    ['"x", "abc"', false],
    ['*', false],
    ['"x"', true],
    ['abc', true],
  ])('If-None-Match %s', (header, expected) => {
    expect(matchesNone(header, '"abc"')).toBe(expected);
  });

  it.each([
    [undefined, true],
    ['"abc"', true],
    ['W/"abc"', false],
    ['Wed, 21 Oct 2026 07:28:00 GMT', false],
  ])('If-Range %s', (header, expected) => {
    expect(allowsRange(header, '"abc"')).toBe(expected);
  });
});

describe('savedFileName', () => {
  it.each([
    [null, 'image/png', 'ast_1.png'],
    ['photo.jpeg', 'image/jpeg', 'photo.jpg'],
    ['page.html', 'image/png', 'page.png'],
    ['.htaccess', 'image/png', 'ast_1.png'],
    ['../../x', 'video/mp4', '_.._x.mp4'],
    ['a"b\r\nSet-Cookie: x.png', 'image/png', 'a_b__Set-Cookie_ x.png'],
    ['\u202egnp.exe', 'image/png', '_gnp.png'],
    ['x', 'application/unknown', 'x.bin'],
  ])('%j as %s', (name, mimeType, expected) => {
    expect(savedFileName(name, 'ast_1', mimeType)).toBe(expected);
  });

  it('is a valid header whatever the name', () => {
    const header = contentDisposition('attachment', "größe (1) 😀's.png");
    expect(header).toBe(
      "attachment; filename=\"gr__e (1) _'s.png\"; filename*=UTF-8''gr%C3%B6%C3%9Fe%20%281%29%20%F0%9F%98%80%27s.png",
    );
    expect(() => new Headers({ 'content-disposition': header })).not.toThrow();
  });
});
