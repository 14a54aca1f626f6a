import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  PIXVERSE_ERROR_CODES,
  PixVerseAbortError,
  PixVerseAPIError,
  PixVerseConnectionError,
  PixVerseError,
  PixVerseInputError,
  PixVerseResponseError,
  PixVerseTimeoutError,
} from './errors.ts';
import type { PixVerseErrorCode } from './errors.ts';

const cause = new Error('root');
const facts = { traceId: 'trace-1', mayHaveBeenProcessed: true, cause };

const FAMILY: PixVerseError[] = [
  new PixVerseAPIError({
    ...facts,
    errCode: 500090,
    class: 'quota',
    retry: 'never',
    httpStatus: 200,
    providerMessage: 'balance too low',
    retryAfterMs: null,
  }),
  new PixVerseConnectionError(facts),
  new PixVerseTimeoutError(30_000, facts),
  new PixVerseAbortError(facts),
  new PixVerseResponseError('no envelope', { ...facts, httpStatus: 200, bodyExcerpt: '<html>' }),
  new PixVerseInputError('bad id', { cause }),
];

describe('the error family', () => {
  it('has one class per code', () => {
    expect(FAMILY.map(({ code }) => code)).toEqual(PIXVERSE_ERROR_CODES);
    expectTypeOf<PixVerseError['code']>().toEqualTypeOf<PixVerseErrorCode>();
  });

  it.each(FAMILY)('keeps base, name, facts and cause: $name', (error) => {
    expect(error).toBeInstanceOf(PixVerseError);
    expect(error).toBeInstanceOf(Error);
    expect(error.name).toBe(error.constructor.name);
    expect(error.cause).toBe(cause);
    expect(String(error)).toBe(`${error.name}: ${error.message}`);
  });

  it('carries what is known of the request', () => {
    const [input] = FAMILY.slice(-1);
    expect(input).toMatchObject({ traceId: null, mayHaveBeenProcessed: false });
    for (const error of FAMILY.slice(0, -1)) {
      expect(error).toMatchObject({ traceId: 'trace-1', mayHaveBeenProcessed: true });
    }
  });

  it('has no cause where there was none', () => {
    expect('cause' in new PixVerseAbortError({ traceId: null, mayHaveBeenProcessed: false })).toBe(false);
  });

  it('says in its message what came back', () => {
    expect(FAMILY.map(({ message }) => message)).toEqual([
      'PixVerse answered with error 500090 (quota): balance too low',
      'the connection to PixVerse failed',
      'PixVerse did not answer within 30000 ms',
      'the call was aborted by its signal',
      'PixVerse sent an unusable answer (HTTP 200): no envelope',
      'bad id',
    ]);
  });
});
