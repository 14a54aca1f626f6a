import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, canonicalPieces } from './fingerprint.ts';

/** The same value with the members of every object in the opposite order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(reversed);
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  const members = Object.entries(value).map(([name, member]): [string, unknown] => [name, reversed(member)]);
  return Object.fromEntries(members.toReversed());
}

describe('canonicalJson', () => {
  it.each<[unknown, string]>([
    [{ b: 1, a: [2, 'x'] }, '{"a":[2,"x"],"b":1}'],
    [{ a: undefined, b: null }, '{"b":null}'],
    [[undefined, 1], '[null,1]'],
    [{ 'a"b': 'line\nbreak' }, '{"a\\"b":"line\\nbreak"}'],
    ['text', '"text"'],
    [undefined, 'null'],
  ])('writes %j', (value, text) => {
    expect(canonicalJson(value)).toBe(text);
  });

  it('writes a long text as JSON.stringify does, also where it is cut through a pair', () => {
    for (const before of [65_534, 65_535, 65_536]) {
      const text = `${'x'.repeat(before)}😀\n${'"'.repeat(70_000)}\ud800`;
      expect(canonicalJson({ text })).toBe(JSON.stringify({ text }));
      expect(Math.max(...[...canonicalPieces({ text })].map(({ length }) => length))).toBeLessThan(200_000);
    }
  });

  it.each<[string, unknown, unknown]>([
    ['the order of a list', [1, 2], [2, 1]],
    ['a missing member and null', {}, { a: null }],
    ['a number and its text', { a: 1 }, { a: '1' }],
    ['where a member stands', { a: { b: 1 } }, { a: {}, b: 1 }],
  ])('tells %s apart', (_, left, right) => {
    expect(canonicalJson(left)).not.toBe(canonicalJson(right));
  });

  it('is JSON of the same value, whatever the order of the members', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const plain: unknown = JSON.parse(JSON.stringify(value));
        expect(JSON.parse(canonicalJson(plain))).toEqual(plain);
        expect(canonicalJson(reversed(plain))).toBe(canonicalJson(plain));
      }),
    );
  });

  it('is the same text only for the same value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (left, right) => {
        if (canonicalJson(left) !== canonicalJson(right)) {
          return;
        }
        expect(JSON.parse(JSON.stringify(left))).toEqual(JSON.parse(JSON.stringify(right)));
      }),
    );
  });
});
