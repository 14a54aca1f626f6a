import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createJobRequestSchema, importAssetRequestSchema } from '@pixsim7/contracts';
import { jsonPointer } from './json-pointer.ts';
import { knownFields } from './known-fields.ts';
import { findUnstorable } from './storable.ts';
import { problemFields, refusalOf } from './validation-problem.ts';

function errorsOf(schema: z.ZodType, value: unknown) {
  const { error } = schema.safeParse(value);
  if (error === undefined) {
    throw new Error('It was not refused.');
  }
  return problemFields({ in: 'body', schema, value, issues: error.issues });
}

describe('validationError', () => {
  it.each([
    [z.object({ a: z.string() }), {}, { pointer: '/a', code: 'required', detail: 'a is required.' }],
    [
      z.object({ a: z.string() }),
      { a: null },
      { pointer: '/a', code: 'wrong_type', allowed: { type: 'string' } },
    ],
    [
      z.object({ a: z.enum(['x', 'y']) }),
      { a: 'z' },
      { pointer: '/a', code: 'not_allowed', allowed: ['x', 'y'] },
    ],
    [z.object({ a: z.enum(['x', 'y']) }), {}, { pointer: '/a', code: 'required', allowed: ['x', 'y'] }],
    [z.object({ a: z.string().max(2) }), { a: 'xyz' }, { code: 'too_long', allowed: { max_length: 2 } }],
    [z.object({ a: z.string().min(2) }), { a: '' }, { code: 'too_short', allowed: { min_length: 2 } }],
    [z.object({ a: z.number().min(1) }), { a: 0 }, { code: 'out_of_range', allowed: { minimum: 1 } }],
    [z.object({ a: z.number().max(1) }), { a: 2 }, { code: 'out_of_range', allowed: { maximum: 1 } }],
    [
      z.object({ a: z.array(z.number()).max(1) }),
      { a: [1, 2] },
      { code: 'wrong_count', allowed: { max_items: 1 } },
    ],
    [
      z.object({ a: z.array(z.object({ b: z.number() })) }),
      { a: [{ b: 1 }, {}] },
      { pointer: '/a/1/b', code: 'required' },
    ],
    [
      z.object({ a: z.string().regex(/^x/) }),
      { a: 'y' },
      { code: 'not_allowed', detail: 'Does not match the form that is allowed here.' },
    ],
    [
      z.object({ a: z.string().regex(/^x/, { error: 'must begin with x' }) }),
      { a: 'y' },
      { code: 'not_allowed', detail: 'Must begin with x.' },
    ],
    [z.object({ a: z.iso.datetime() }), { a: 'noon' }, { code: 'not_allowed' }],
    [
      z.object({ a: z.record(z.string().max(2), z.string()) }),
      { a: { long: 'x' } },
      { pointer: '/a/long', detail: 'The name long is not allowed here. Must have at most 2 characters.' },
    ],
    [z.object({ 'a/b~c': z.string() }), { 'a/b~c': 1 }, { pointer: '/a~1b~0c' }],
    [z.string(), undefined, { pointer: '', code: 'required', detail: 'A body is required.' }],
  ])('%# says what has to change', (schema, value, expected) => {
    expect(errorsOf(schema, value)).toMatchObject([expected]);
  });

  it('names what there is beside an unknown field, at any depth', () => {
    const schema = z.strictObject({ a: z.array(z.strictObject({ b: z.number().optional() })).optional() });
    expect(errorsOf(schema, { a: [{ c: 1 }], d: 2 })).toMatchObject([
      { pointer: '/a/0/c', code: 'not_supported', allowed: ['b'] },
      { pointer: '/d', code: 'not_supported', allowed: ['a'] },
    ]);
  });

  it.each([
    [{ model: 'v5' }, ' Did you mean params.model?'],
    [{ prioritty: 1 }, ' Did you mean priority?'],
    [{ params: { promt: 'a boat' } }, ' Did you mean prompt?'],
    [{ params: { name: 'boat' } }, ' Did you mean name at the top of the body?'],
    [{ whatever: 1 }, ''],
  ])('says where an unknown field probably belongs: %j', (value, suggestion) => {
    const unknown = errorsOf(createJobRequestSchema, value).find(({ code }) => code === 'not_supported');
    expect(unknown?.detail.replace(/^[^.]*\./u, '')).toBe(suggestion);
  });

  it('says the one thing in its sentence, or how many there are', () => {
    const message = (value: unknown): string => refusalOf(errorsOf(importAssetRequestSchema, value)).message;
    expect(message({})).toBe('/url: url is required.');
    expect(message({ name: 1 })).toBe('2 values must change.');
  });
});

describe('knownFields', () => {
  it('follows a path through optional objects and lists', () => {
    expect(knownFields(createJobRequestSchema, ['params'])).toContain('prompt');
    expect(knownFields(createJobRequestSchema, ['params', 'fusion_assets', 0])).toEqual([
      'image_url',
      'name',
      'type',
    ]);
    expect(knownFields(createJobRequestSchema, ['params', 'prompt'])).toEqual([]);
    expect(knownFields(createJobRequestSchema, ['nothing', 'here'])).toEqual([]);
  });
});

describe('jsonPointer', () => {
  it('escapes as RFC 6901 says', () => {
    expect(jsonPointer([])).toBe('');
    expect(jsonPointer(['a/b', 'm~n', 0, ''])).toBe('/a~1b/m~0n/0/');
  });
});

describe('findUnstorable', () => {
  it.each([
    [{ a: 'text', b: 1, c: undefined }, null],
    [{ a: 'ok', b: 'x\0' }, '/b'],
    [{ a: '\udc00' }, '/a'],
    [{ a: '😀' }, null],
    [undefined, null],
  ])('%j', (value, pointer) => {
    expect(findUnstorable(value)?.pointer ?? null).toBe(pointer);
  });
});
