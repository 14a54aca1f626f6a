import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonNumber } from './json-number.ts';
import { JsonParseError, MAX_JSON_DEPTH, parseLosslessJson } from './parse.ts';
import type { JsonValue } from './parse.ts';

/** The value that `JSON.parse` would have returned. */
function toNative(value: JsonValue): unknown {
  if (value instanceof JsonNumber) {
    return value.toNumber();
  }
  if (Array.isArray(value)) {
    return value.map(toNative);
  }
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, toNative(field)]));
  }
  return value;
}

function accepts(parse: (text: string) => unknown, text: string): boolean {
  try {
    parse(text);
    return true;
  } catch {
    return false;
  }
}

describe('parseLosslessJson', () => {
  it('keeps every digit of a 64-bit id', () => {
    expect(parseLosslessJson('{"img_id":343252978602905123}')).toEqual({
      img_id: new JsonNumber('343252978602905123'),
    });
    expect(parseLosslessJson('18446744073709551615')).toEqual(new JsonNumber('18446744073709551615'));
  });

  it('keeps numbers as they were written', () => {
    for (const lexeme of ['0', '-0', '10.50', '1e3', '1E+3', '-2.5e-7']) {
      expect(parseLosslessJson(lexeme)).toEqual(new JsonNumber(lexeme));
    }
  });

  it('reads literals, strings, nesting and whitespace', () => {
    const text = ' \t\r\n{ "a" : [ true , false , null , "x" , { } , [ ] ] , "b" : "" } ';
    expect(parseLosslessJson(text)).toEqual({ a: [true, false, null, 'x', {}, []], b: '' });
  });

  it('decodes escapes, and finds the end of a string behind any number of backslashes', () => {
    expect(parseLosslessJson(String.raw`["\"", "\\", "\\\"", "a\u0041\n", "\ud83d\ude00"]`)).toEqual([
      '"',
      '\\',
      '\\"',
      'aA\n',
      '😀',
    ]);
  });

  it('takes the last of duplicate keys', () => {
    expect(parseLosslessJson('{"a":1,"a":2}')).toEqual({ a: new JsonNumber('2') });
  });

  it('treats __proto__ as data', () => {
    const parsed = parseLosslessJson('{"__proto__":{"polluted":true}}');
    expect(Object.keys(parsed as object)).toEqual(['__proto__']);
    expect((parsed as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it('agrees with JSON.parse on every document', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(toNative(parseLosslessJson(text))).toEqual(JSON.parse(text));
      }),
    );
  });

  it('agrees with JSON.parse on what is no document', () => {
    const damaged = fc
      .tuple(
        fc.json(),
        fc.nat(),
        fc.constantFrom('', '"', '\\', '{', ']', ',', ':', '0', '-', '.', 'e', '\n', ' '),
      )
      .map(([text, at, inserted]) => {
        const cut = at % (text.length + 1);
        return text.slice(0, cut) + inserted + text.slice(cut + 1);
      });
    fc.assert(
      fc.property(damaged, (text) => {
        expect(accepts(parseLosslessJson, text)).toBe(accepts(JSON.parse, text));
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    ['', 0],
    ['  ', 2],
    ['{', 1],
    ['{"a"', 4],
    ['{"a":}', 5],
    ['{"a":1,}', 7],
    ['{a:1}', 1],
    ['[1,]', 3],
    ['[1 2]', 3],
    ['01', 1],
    ['1.', 1],
    ['+1', 0],
    ['tru', 0],
    ['NaN', 0],
    ['"open', 0],
    ['"\\x"', 0],
    ['"line\nbreak"', 0],
    ['1 x', 2],
    ['<html>', 0],
  ])('refuses %j at position %i', (text, position) => {
    const parse = (): unknown => parseLosslessJson(text);
    expect(parse).toThrow(JsonParseError);
    expect(parse).toThrow(expect.objectContaining({ position }));
  });

  it('refuses a document that is nested too deep, instead of overflowing the stack', () => {
    const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);
    expect(accepts(parseLosslessJson, nested(MAX_JSON_DEPTH))).toBe(true);
    expect(() => parseLosslessJson(nested(200_000))).toThrow(/nested deeper/);
  });
});
