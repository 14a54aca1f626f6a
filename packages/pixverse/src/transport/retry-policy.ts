import { PixVerseAPIError, PixVerseConnectionError, PixVerseTimeoutError } from '../errors.ts';
import type { PixVerseError } from '../errors.ts';

const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 8_000;

/** A longer wait is the caller's to plan: the error is thrown at once, with its `retryAfterMs`. */
const LONGEST_RETRY_AFTER_MS = 60_000;

/**
 * The wait before a free call is repeated, or `undefined` to give up.
 *
 * @param retriesMade how often the call was repeated already
 * @param random 0 to 1; takes up to half off the delay, so many clients do not come back at one moment
 */
export function retryDelayMs(error: PixVerseError, retriesMade: number, random: number): number | undefined {
  if (!isTransient(error)) {
    return undefined;
  }
  if (error instanceof PixVerseAPIError && error.retryAfterMs !== null) {
    return error.retryAfterMs <= LONGEST_RETRY_AFTER_MS ? error.retryAfterMs : undefined;
  }
  const ceiling = Math.min(FIRST_DELAY_MS * 2 ** retriesMade, LONGEST_DELAY_MS);
  return Math.round(ceiling * (1 - random / 2));
}

function isTransient(error: PixVerseError): boolean {
  if (error instanceof PixVerseAPIError) {
    return error.retry === 'later';
  }
  return error instanceof PixVerseConnectionError || error instanceof PixVerseTimeoutError;
}

/** Reads `Retry-After` (seconds, or an HTTP date); `null` when absent or unreadable. */
export function parseRetryAfter(header: string | null, now: number): number | null {
  if (header === null) {
    return null;
  }
  if (/^\d+(?:\.\d+)?$/.test(header.trim())) {
    return Math.round(Number(header) * 1_000);
  }
  const date = Date.parse(header);
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}
