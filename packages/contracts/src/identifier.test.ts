import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createIdentifierFactory, identifierPrefixes, identifierSchema, isIdentifier } from './identifier.ts';
import type { IdentifierKind } from './identifier.ts';

const kinds = Object.keys(identifierPrefixes) as IdentifierKind[];
const factoryAt = (now: number) =>
  createIdentifierFactory(
    () => now,
    (length) => new Uint8Array(length).fill(7),
  );

describe('identifiers', () => {
  it('have prefixes that differ', () => {
    expect(new Set(Object.values(identifierPrefixes)).size).toBe(kinds.length);
  });

  it.each(kinds)('of the kind %s are recognised as that kind and as no other', (kind) => {
    const id = factoryAt(1_700_000_000_000)(kind);
    expect(kinds.filter((other) => isIdentifier(other, id))).toEqual([kind]);
    expect(identifierSchema(kind).safeParse(id).success).toBe(true);
  });

  it.each([
    ['another length', 'job_0000000000000000000000000'],
    ['capital letters', 'job_0000000000000000000000000A'],
    ['a letter outside of the alphabet', 'job_0000000000000000000000000u'],
    ['no prefix', '00000000000000000000000000'],
    ['something behind it', 'job_00000000000000000000000000\n'],
    ['a number', 7],
  ])('with %s are refused', (_, value) => {
    expect(identifierSchema('job').safeParse(value).success).toBe(false);
  });

  it('are well formed for all time and chance', () => {
    const bytes = fc.uint8Array({ minLength: 16, maxLength: 16 });
    fc.assert(
      fc.property(fc.nat(4_102_444_800_000), bytes, (now, random) => {
        const id = createIdentifierFactory(
          () => now,
          () => random,
        )('job');
        expect(isIdentifier('job', id)).toBe(true);
      }),
    );
  });

  it('sort by the time of their making', () => {
    const time = fc.nat(4_102_444_800_000);
    fc.assert(
      fc.property(time, time, (left, right) => {
        fc.pre(left !== right);
        expect(factoryAt(left)('job') < factoryAt(right)('job')).toBe(left < right);
      }),
    );
  });
});
