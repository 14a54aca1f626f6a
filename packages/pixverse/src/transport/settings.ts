import { PixVerseInputError } from '../errors.ts';

/** The part of `fetch` the client uses. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** Resolves after the delay, or at once when the signal aborts. */
export type Sleep = (delayMs: number, signal: AbortSignal | undefined) => Promise<void>;

/** Everything a transport needs, with no defaults left to fill in. */
export interface TransportSettings {
  readonly apiKey: string;
  /** Without a trailing slash. */
  readonly baseURL: string;
  /** Time limit of one request; `undefined` leaves it to the kind of call. */
  readonly timeoutMs: number | undefined;
  readonly maxRetries: number;
  readonly fetch: Fetch;
  readonly createTraceId: () => string;
  readonly sleep: Sleep;
  /** Milliseconds since 1970, to read a `Retry-After` date. */
  readonly now: () => number;
  /** 0 to 1, spreads the retries of many clients. */
  readonly random: () => number;
}

/** Checks the values a caller supplies. Messages never repeat them: one of them is the key. */
export function checkSettings(settings: TransportSettings): void {
  if (!isHeaderValue(settings.apiKey)) {
    throw new PixVerseInputError(
      'apiKey must be a non-empty string of printable ASCII characters without spaces',
    );
  }
  if (!isBaseURL(settings.baseURL)) {
    throw new PixVerseInputError('baseURL must be an http(s) URL without credentials, query and fragment');
  }
  if (!Number.isInteger(settings.maxRetries) || settings.maxRetries < 0) {
    throw new PixVerseInputError('maxRetries must be a non-negative integer');
  }
  checkTimeout(settings.timeoutMs);
}

/** Timers count in 32 bits: a longer delay would fire at once. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

export function checkTimeout(timeoutMs: number | undefined): void {
  if (timeoutMs !== undefined && !(timeoutMs > 0 && timeoutMs <= LONGEST_TIMEOUT_MS)) {
    throw new PixVerseInputError('timeoutMs must be a positive number of milliseconds, 24 days at most');
  }
}

export function checkTraceId(traceId: string): void {
  if (!isHeaderValue(traceId)) {
    throw new PixVerseInputError(
      'a trace id must be a non-empty string of printable ASCII characters without spaces',
    );
  }
}

/** A value outside this set makes `fetch` throw an error that quotes it. */
function isHeaderValue(value: unknown): boolean {
  return typeof value === 'string' && /^[\x21-\x7e]+$/.test(value);
}

function isBaseURL(text: string): boolean {
  if (!URL.canParse(text)) {
    return false;
  }
  const { protocol, username, password, search, hash } = new URL(text);
  return /^https?:$/.test(protocol) && [username, password, search, hash].every((part) => part === '');
}
