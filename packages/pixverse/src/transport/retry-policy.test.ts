import { describe, expect, it } from 'vitest';
import {
  PixVerseAbortError,
  PixVerseAPIError,
  PixVerseConnectionError,
  PixVerseInputError,
  PixVerseResponseError,
  PixVerseTimeoutError,
} from '../errors.ts';
import type { APIErrorFacts } from '../errors.ts';
import { parseRetryAfter, retryDelayMs } from './retry-policy.ts';

const facts = { traceId: 'trace-1', mayHaveBeenProcessed: false };

function apiError(overrides: Partial<APIErrorFacts>): PixVerseAPIError {
  return new PixVerseAPIError({
    ...facts,
    errCode: 500069,
    class: 'overload',
    retry: 'later',
    httpStatus: 200,
    providerMessage: null,
    retryAfterMs: null,
    ...overrides,
  });
}

describe('retryDelayMs', () => {
  it('doubles from half a second and stays at eight', () => {
    const delays = [0, 1, 2, 3, 4, 5, 50].map((made) => retryDelayMs(apiError({}), made, 0));
    expect(delays).toEqual([500, 1_000, 2_000, 4_000, 8_000, 8_000, 8_000]);
  });

  it('takes up to half off at random', () => {
    expect(retryDelayMs(apiError({}), 1, 0.5)).toBe(750);
    expect(retryDelayMs(apiError({}), 1, 1)).toBe(500);
  });

  it('waits as long as the server asks', () => {
    expect(retryDelayMs(apiError({ retryAfterMs: 7_000 }), 0, 1)).toBe(7_000);
    expect(retryDelayMs(apiError({ retryAfterMs: 0 }), 0, 1)).toBe(0);
  });

  it('gives up when the server asks for more than a minute', () => {
    expect(retryDelayMs(apiError({ retryAfterMs: 60_000 }), 0, 0)).toBe(60_000);
    expect(retryDelayMs(apiError({ retryAfterMs: 60_001 }), 0, 0)).toBeUndefined();
  });

  it('retries a connection that failed and an answer that did not come', () => {
    expect(retryDelayMs(new PixVerseConnectionError(facts), 0, 0)).toBe(500);
    expect(retryDelayMs(new PixVerseTimeoutError(30_000, facts), 0, 0)).toBe(500);
  });

  it('gives up on everything that repeats itself', () => {
    const errors = [
      apiError({ retry: 'never' }),
      apiError({ retry: 'after_change', retryAfterMs: 1_000 }),
      new PixVerseAbortError(facts),
      new PixVerseInputError('no id'),
      new PixVerseResponseError('no envelope', { ...facts, httpStatus: 200, bodyExcerpt: '' }),
    ];
    expect(errors.map((error) => retryDelayMs(error, 0, 0))).toEqual(errors.map(() => undefined));
  });
});

describe('parseRetryAfter', () => {
  const now = Date.UTC(2026, 0, 1, 12, 0, 0);

  it.each([
    ['7', 7_000],
    ['0', 0],
    ['1.5', 1_500],
    [' 3 ', 3_000],
    ['Thu, 01 Jan 2026 12:00:30 GMT', 30_000],
    ['Thu, 01 Jan 2026 11:59:00 GMT', 0],
    ['soon', null],
    [null, null],
  ])('reads %j as %j', (header, milliseconds) => {
    expect(parseRetryAfter(header, now)).toBe(milliseconds);
  });
});
