import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RequestError } from '@pixsim7/core';
import { defaultJsonBounds, readJson } from './read-json.ts';
import type { JsonBounds } from './read-json.ts';

const noPause = async (): Promise<void> => undefined;

async function read(text: string | Uint8Array, bounds: Partial<JsonBounds> = {}): Promise<unknown> {
  return readJson(Buffer.from(text), { ...defaultJsonBounds, ...bounds }, noPause);
}

async function refusalOf(text: string | Uint8Array, bounds?: Partial<JsonBounds>): Promise<RequestError> {
  const error: unknown = await read(text, bounds).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof RequestError)) {
    throw new Error(`Not refused: ${text.toString()}`, { cause: error });
  }
  return error;
}

/** The value of `JSON.parse`, with 0 for -0; undefined when it refuses the text. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text, (_, value: unknown) => (value === 0 ? 0 : value)) as unknown;
  } catch {
    return undefined;
  }
}

describe('a value that is read', () => {
  it('equals what JSON.parse reads, for every value', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.jsonValue({ noUnicodeString: false }),
        fc.constantFrom(0, 2, '\t'),
        async (value, indent) => {
          const text = JSON.stringify(value, null, indent);
          const result = await read(text).catch((error: unknown) => error);
          // Reserved keys, NUL and numbers that a double cannot hold are refused on purpose.
          const isRefused = result instanceof RequestError;
          expect(isRefused ? { refused: result.code } : { result }).toEqual(
            isRefused ? { refused: 'invalid_params' } : { result: parsed(text) },
          );
        },
      ),
    );
  });

  it('is never something that JSON.parse refuses or reads differently', async () => {
    const fragment = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      '\\',
      '\\"',
      '\\u0041',
      '\\ud800',
      '\\x',
      ' ',
      '\n',
      '\t',
      '\u0001',
      'true',
      'false',
      'null',
      'nul',
      '0',
      '-',
      '1',
      '.5',
      'e',
      'E+',
      '"a"',
      '"b":',
      '{}',
      '[]',
      'é',
      '😀',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fragment, { maxLength: 14 }), async (fragments) => {
        const text = fragments.join('');
        const result = await read(text).catch((error: unknown) => error);
        const value = parsed(text);
        // Valid JSON can still be refused for its keys or its numbers.
        const allowed: Readonly<Record<string, unknown>> = {
          malformed_request: undefined,
          invalid_params: value,
        };
        expect(value).toEqual(result instanceof RequestError ? allowed[result.code] : result);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each<[string, unknown]>([
    [' { "a" : [ 1 , 2.50 , -0 , 1e2 ] } ', { a: [1, 2.5, 0, 100] }],
    ['"\\ud83d\\ude00 \\/ \\u00e9 é"', '😀 / é é'],
    ['[[],{},[{}]]', [[], {}, [{}]]],
    ['{"":1}', { '': 1 }],
    ['{"toString":1,"hasOwnProperty":2}', { toString: 1, hasOwnProperty: 2 }],
    ['null', null],
  ])('%s', async (text, value) => {
    expect(await read(text)).toEqual(value);
  });

  it('can be a string of many megabytes, with or without escapes', async () => {
    const plain = 'QUJD'.repeat(1_500_000);
    expect(await read(`{"a":"${plain}"}`)).toEqual({ a: plain });
    let pauses = 0;
    const escaped = await readJson(
      Buffer.from(`["x${'\\/\\u002b\\ud83d\\ude00'.repeat(500_000)}"]`),
      defaultJsonBounds,
      async () => {
        pauses += 1;
      },
    );
    expect((escaped as string[])[0] === `x${'/+😀'.repeat(500_000)}`).toBe(true);
    expect(pauses).toBeGreaterThan(2);
  });

  it.each([
    ['one run of white space', `[${' '.repeat(20_000_000)}1]`],
    [
      'much white space between values',
      `[${Array.from({ length: 200 }, () => `${' '.repeat(100_000)}1`).join(',')}]`,
    ],
    ['one long string', `["${'x'.repeat(20_000_000)}"]`],
  ])('pauses every 4 MB in %s', async (_, text) => {
    let pauses = 0;
    await readJson(Buffer.from(text), defaultJsonBounds, async () => {
      pauses += 1;
    });
    expect(pauses).toBeGreaterThanOrEqual(4);
  });
});

describe('input that cannot be read exactly is refused', () => {
  it.each<[string, string | Uint8Array, string]>([
    ['nothing', '', 'The body is empty'],
    ['a byte order mark', '\ufeff{}', 'byte order mark, which JSON does not allow. (line 1, column 1)'],
    ['a byte that is not UTF-8', Buffer.from('{"a":"caf\xe9"}', 'latin1'), 'not UTF-8. (line 1, column 10)'],
    ['UTF-16', Buffer.from('{"a":1}', 'utf16le'), '(line 1, column 2)'],
    ['half a character at the end', Uint8Array.of(0x22, 0xc3), 'not UTF-8. (line 1, column 2)'],
    [
      'a surrogate half in bytes',
      Uint8Array.of(0x22, 0xed, 0xa0, 0x80, 0x22),
      'not UTF-8. (line 1, column 2)',
    ],
    ['an end too early', '{"a":\n [1,', 'ends too early. (line 2, column 5)'],
    ['something after the value', '{} {}', 'unexpected character. (line 1, column 4)'],
    ['a comma too many', '{\n  "a": [1,]\n}', 'unexpected character. (line 2, column 11)'],
    ['a key without quotes', '{a:1}', 'unexpected character. (line 1, column 2)'],
    ['a missing colon', '{"é" 1}', 'unexpected character. (line 1, column 6)'],
    ['mismatched brackets', '{"a":[1}', 'unexpected character. (line 1, column 8)'],
    ['a comment', '{} // done', 'unexpected character. (line 1, column 4)'],
    ['single quotes', "{'a':1}", 'unexpected character. (line 1, column 2)'],
    ['NaN', '[NaN]', 'unexpected character. (line 1, column 2)'],
    ['a number with a leading zero', '[01]', 'unexpected character. (line 1, column 3)'],
    ['a number without digits', '[-]', 'unexpected character. (line 1, column 2)'],
    ['a line break in a string', '["a\nb"]', 'control character'],
    ['an invalid escape', '["\\x41"]', 'invalid escape. (line 1, column 3)'],
    ['half an escape', '["\\u12"]', 'invalid escape. (line 1, column 3)'],
    ['a string that is not closed', '["abc', 'A string is not closed. (line 1, column 2)'],
    ['a backslash at the end', '["abc\\', 'invalid escape'],
  ])('%s', async (_, text, detail) => {
    const refusal = await refusalOf(text);
    expect(refusal.code).toBe('malformed_request');
    expect(refusal.message).toContain(detail);
  });

  it.each<[string, string, string, string]>([
    ['a duplicate key', '{"a":{"b":1,"b":1}}', '/a/b', 'not_unique'],
    ['a duplicate key in another spelling', '{"a":1,"\\u0061":2}', '/a', 'not_unique'],
    ['a whole number beyond 2^53', '{"a":[0,9007199254740993]}', '/a/1', 'not_exact'],
    ['an id of 64 bits', '{"id":343252978602905123}', '/id', 'not_exact'],
    ['digits that a double loses', '{"a":0.1000000000000000055511}', '/a', 'not_exact'],
    ['a number beyond all doubles', '{"a":1e999}', '/a', 'not_exact'],
    ['a number that would become zero', '{"a":1e-999}', '/a', 'not_exact'],
    ['a number without an end', `{"a":${'9'.repeat(10_000)}}`, '/a', 'not_exact'],
    ['a lone high surrogate', '{"a":["\\ud800"]}', '/a/0', 'not_allowed'],
    ['a lone low surrogate', '{"a":"x\\udc00"}', '/a', 'not_allowed'],
    ['a NUL character', '{"a":{"b":"\\u0000"}}', '/a/b', 'not_allowed'],
    ['a NUL character in a key', '{"a":{"\\u0000":1}}', '/a', 'not_allowed'],
    ['__proto__', '{"a":{"__proto__":{}}}', '/a', 'not_allowed'],
    ['__proto__ in another spelling', '{"\\u005f_proto__":{}}', '', 'not_allowed'],
    ['constructor', '{"constructor":{"prototype":{}}}', '', 'not_allowed'],
  ])('%s', async (_, text, pointer, code) => {
    const refusal = await refusalOf(text);
    expect(refusal).toMatchObject({ code: 'invalid_params', errors: [{ pointer, code }] });
    expect(refusal.message.startsWith(pointer === '' ? 'The body: ' : `${pointer}: `)).toBe(true);
  });
});

describe('input out of bounds is refused', () => {
  const nested = (levels: number, open = '[', close = ']'): string =>
    open.repeat(levels) + close.repeat(levels);

  it('deeper than 32 levels, in arrays or objects', async () => {
    expect(await read(nested(32))).toBeDefined();
    expect(await refusalOf(nested(33))).toMatchObject({
      errors: [{ pointer: '/0'.repeat(32), code: 'not_allowed' }],
    });
    expect(await refusalOf(nested(33, '{"a":', '}'))).toMatchObject({
      errors: [{ pointer: '/a'.repeat(32) }],
    });
  });

  it('more than 2,000 values, counted while reading', async () => {
    const list = (items: number): string => `[${Array.from({ length: items }, () => '1').join(',')}]`;
    expect(await read(list(1_999))).toHaveLength(1_999);
    expect(await refusalOf(list(2_000))).toMatchObject({ errors: [{ pointer: '', code: 'wrong_count' }] });
    // The rest is not read.
    expect(await refusalOf(`${list(2_000).slice(0, -1)}, not JSON`)).toMatchObject({
      code: 'invalid_params',
    });
  });

  it('a key of more than 200 characters', async () => {
    expect(await read(`{"${'\\u00e9'.repeat(200)}":1}`)).toBeDefined();
    for (const name of ['k'.repeat(201), 'k'.repeat(10_000), 'é'.repeat(201)]) {
      expect(await refusalOf(`{"a":[{"${name}":1}]}`)).toMatchObject({
        errors: [{ pointer: '/a/0', code: 'too_long' }],
      });
    }
  });

  it('a long string beyond ASCII, which cannot be a data URL', async () => {
    const bounds = { stringBytes: 100 };
    expect(await read(JSON.stringify('é'.repeat(50)), bounds)).toHaveLength(50);
    expect(await read(JSON.stringify('x'.repeat(500)), bounds)).toHaveLength(500);
    expect(await refusalOf(JSON.stringify({ a: 'é'.repeat(51) }), bounds)).toMatchObject({
      errors: [{ pointer: '/a', code: 'too_long' }],
    });
  });

  it('without recursion, whatever the shape', async () => {
    const million = 1_000_000;
    for (const text of [
      '['.repeat(million),
      '{"a":'.repeat(million),
      ' '.repeat(million),
      '"'.repeat(million),
    ]) {
      expect(await refusalOf(text)).toBeInstanceOf(RequestError);
    }
  });
});
