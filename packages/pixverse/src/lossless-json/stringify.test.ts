import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonNumber } from './json-number.ts';
import { parseLosslessJson } from './parse.ts';
import { stringifyLosslessJson } from './stringify.ts';

describe('stringifyLosslessJson', () => {
  it('writes ids and bigints as bare digits', () => {
    const value = { img_id: new JsonNumber('343252978602905123'), other: 18446744073709551615n };
    expect(stringifyLosslessJson(value)).toBe('{"img_id":343252978602905123,"other":18446744073709551615}');
  });

  it('leaves undefined fields out and keeps the order of the others', () => {
    expect(stringifyLosslessJson({ b: 1, gone: undefined, a: null })).toBe('{"b":1,"a":null}');
  });

  it('lets a field be replaced, at any depth, and dropped', () => {
    const text = stringifyLosslessJson({ keep: 1, list: [{ secret: 'x', keep: 2 }] }, (field, value) =>
      field === 'secret' ? undefined : field === 'keep' ? String(value) : value,
    );
    expect(text).toBe('{"keep":"1","list":[{"keep":"2"}]}');
  });

  it('writes what JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(stringifyLosslessJson(value)).toBe(JSON.stringify(value));
      }),
    );
  });

  it('gives back the text that was parsed, digit for digit', () => {
    const id = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
    const document = fc.dictionary(fc.string(), fc.oneof(id, fc.string(), fc.boolean(), fc.array(id)));
    fc.assert(
      fc.property(document, (value) => {
        const text = stringifyLosslessJson(value);
        expect(stringifyLosslessJson(parseLosslessJson(text))).toBe(text);
      }),
    );
  });

  it.each([
    ['NaN', { a: Number.NaN }],
    ['infinity', [Number.POSITIVE_INFINITY]],
    ['a hole in a list', [undefined]],
    ['nothing at all', undefined],
    ['a function', { a: () => 1 }],
    ['a symbol', { a: Symbol('s') }],
    ['a date', { a: new Date(0) }],
    ['a map', new Map([['a', 1]])],
  ])('refuses %s', (_name, value) => {
    expect(() => stringifyLosslessJson(value)).toThrow(TypeError);
  });

  it('refuses a cycle', () => {
    const loop: { self?: unknown } = {};
    loop.self = loop;
    expect(() => stringifyLosslessJson(loop)).toThrow(/cyclic/);
  });
});
