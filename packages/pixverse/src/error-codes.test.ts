import { describe, expect, it } from 'vitest';
import { codeLeavesOutcomeOpen, describeErrorCode, describeHttpStatus, ERROR_CODES } from './error-codes.ts';
import type { PixVerseErrorClass, RetryAdvice } from './error-codes.ts';

/** The reference's table, written down a second time so that a slip in one of them shows. */
const CODES_BY_CLASS: Record<Exclude<PixVerseErrorClass, 'rate_limit' | 'unknown'>, number[]> = {
  invalid_params: [400011, 400013, 400017, 400018, 400019, 500071, 701020],
  auth: [10001, 10002, 10003, 10004, 10005, 400012],
  permission: [500020, 500070],
  not_found: [400001, 400032, 500008, 500064],
  invalid_media: [500030, 500031, 500032, 500033, 500042, 500047, 701002, 701003],
  quota: [500043, 500060, 500090],
  concurrency: [500044],
  content_filter: [500052, 500054, 500063],
  overload: [500069],
  server: [99999, 500041, 500100],
};

const CODES_FOR_LATER = [99999, 500041, 500044, 500069, 500100];

describe('the error table', () => {
  it.each(Object.entries(CODES_BY_CLASS))('has class %s for its codes', (errorClass, codes) => {
    expect(codes.map((code) => describeErrorCode(code).class)).toEqual(codes.map(() => errorClass));
  });

  it('has no further code and none twice', () => {
    const expected = Object.values(CODES_BY_CLASS).flat();
    expect(ERROR_CODES.map(({ code }) => code).toSorted((a, b) => a - b)).toEqual(
      expected.toSorted((a, b) => a - b),
    );
  });

  it('advises a later try only where the fault is the server’s', () => {
    expect(ERROR_CODES.filter(({ retry }) => retry === 'later').map(({ code }) => code)).toEqual(
      CODES_FOR_LATER,
    );
  });

  it('gives a meaning to every code', () => {
    expect(ERROR_CODES.filter(({ meaning }) => meaning === '')).toEqual([]);
  });
});

describe('describeErrorCode for codes outside the table', () => {
  it.each([
    [400999, 'invalid_params', 'after_change'],
    [499999, 'invalid_params', 'after_change'],
    [500999, 'server', 'later'],
    [599999, 'server', 'later'],
    [701999, 'unknown', 'never'],
    [429, 'unknown', 'never'],
    [-1, 'unknown', 'never'],
  ] satisfies [number, PixVerseErrorClass, RetryAdvice][])('%i is %s, %s', (code, errorClass, retry) => {
    expect(describeErrorCode(code)).toMatchObject({ code, class: errorClass, retry });
  });
});

describe('codeLeavesOutcomeOpen', () => {
  it('is true for the two codes of the table that admit an unknown failure', () => {
    expect(ERROR_CODES.map(({ code }) => code).filter(codeLeavesOutcomeOpen)).toEqual([99999, 500100]);
  });

  it('trusts an unlisted code only when it is a bad request', () => {
    expect(codeLeavesOutcomeOpen(400999)).toBe(false);
    expect(codeLeavesOutcomeOpen(500999)).toBe(true);
    expect(codeLeavesOutcomeOpen(123)).toBe(true);
  });
});

describe('describeHttpStatus', () => {
  it.each([
    [400, 'invalid_params', 'after_change'],
    [401, 'auth', 'never'],
    [402, 'quota', 'never'],
    [403, 'permission', 'never'],
    [404, 'not_found', 'never'],
    [408, 'overload', 'later'],
    [410, 'not_found', 'never'],
    [413, 'invalid_media', 'after_change'],
    [415, 'invalid_media', 'after_change'],
    [418, 'unknown', 'never'],
    [422, 'invalid_params', 'after_change'],
    [429, 'rate_limit', 'later'],
    [500, 'server', 'later'],
    [502, 'server', 'later'],
    [503, 'overload', 'later'],
    [504, 'server', 'later'],
  ] satisfies [number, PixVerseErrorClass, RetryAdvice][])('%i is %s, %s', (status, errorClass, retry) => {
    expect(describeHttpStatus(status)).toEqual({ class: errorClass, retry });
  });
});
