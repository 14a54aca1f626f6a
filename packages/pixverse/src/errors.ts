import type { PixVerseErrorClass, RetryAdvice } from './error-codes.ts';

/** Stable codes of the error family: one per class, so a switch over `error.code` is exhaustive. */
export const PIXVERSE_ERROR_CODES = [
  'api_error',
  'connection_failed',
  'timed_out',
  'aborted',
  'unusable_response',
  'invalid_input',
] as const;
/** A code of this SDK, next to those of PixVerse. */
export type PixVerseErrorCode = (typeof PIXVERSE_ERROR_CODES)[number];

/** Facts about every failed call. */
export interface CallFacts {
  /** The `Ai-trace-id` of the failed request; `null` when no request was made. */
  readonly traceId: string | null;
  /**
   * Could PixVerse have received this request and created (and charged) something? `false` only when that is certain.
   * Always `false` for reads. After `true` on a generation, find out before submitting again, or repeat the identical
   * body under the identical trace id: PixVerse answers a repeated trace id with the earlier result.
   */
  readonly mayHaveBeenProcessed: boolean;
  readonly cause?: unknown;
}

/** Base of everything this SDK throws. The API key is in none of its fields, messages and causes. */
export abstract class PixVerseError extends Error implements CallFacts {
  abstract readonly code: PixVerseErrorCode;
  readonly traceId: string | null;
  readonly mayHaveBeenProcessed: boolean;

  constructor(message: string, facts: CallFacts) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.traceId = facts.traceId;
    this.mayHaveBeenProcessed = facts.mayHaveBeenProcessed;
  }
}

/** Facts that come with a refusal of PixVerse. */
export interface APIErrorFacts extends CallFacts {
  readonly errCode: number | null;
  readonly class: PixVerseErrorClass;
  readonly retry: RetryAdvice;
  readonly httpStatus: number;
  readonly providerMessage: string | null;
  readonly retryAfterMs: number | null;
}

/** PixVerse (or a gateway before it) answered and refused. */
export class PixVerseAPIError extends PixVerseError {
  override readonly name = 'PixVerseAPIError';
  readonly code = 'api_error';
  /** PixVerse's `ErrCode`; `null` when the answer carried none and was classified by its HTTP status. */
  readonly errCode: number | null;
  readonly class: PixVerseErrorClass;
  readonly retry: RetryAdvice;
  readonly httpStatus: number;
  /** PixVerse's `ErrMsg`, for people. Varies in wording and language: never match on it. */
  readonly providerMessage: string | null;
  /** The wait the server asked for in `Retry-After`, in milliseconds; `null` when it did not. */
  readonly retryAfterMs: number | null;

  constructor(facts: APIErrorFacts) {
    const what = facts.errCode === null ? `HTTP ${facts.httpStatus}` : `error ${facts.errCode}`;
    const why = facts.providerMessage === null ? '' : `: ${facts.providerMessage}`;
    super(`PixVerse answered with ${what} (${facts.class})${why}`, facts);
    this.errCode = facts.errCode;
    this.class = facts.class;
    this.retry = facts.retry;
    this.httpStatus = facts.httpStatus;
    this.providerMessage = facts.providerMessage;
    this.retryAfterMs = facts.retryAfterMs;
  }
}

/** No answer: the connection could not be made, or broke. `cause` is a cleaned copy of what `fetch` threw. */
export class PixVerseConnectionError extends PixVerseError {
  override readonly name = 'PixVerseConnectionError';
  readonly code = 'connection_failed';

  constructor(facts: CallFacts) {
    super('the connection to PixVerse failed', facts);
  }
}

/** No complete answer within the time limit of one request. */
export class PixVerseTimeoutError extends PixVerseError {
  override readonly name = 'PixVerseTimeoutError';
  readonly code = 'timed_out';
  readonly timeoutMs: number;

  constructor(timeoutMs: number, facts: CallFacts) {
    super(`PixVerse did not answer within ${timeoutMs} ms`, facts);
    this.timeoutMs = timeoutMs;
  }
}

/** The caller's signal ended the call. It does not undo a generation that PixVerse has already accepted. */
export class PixVerseAbortError extends PixVerseError {
  override readonly name = 'PixVerseAbortError';
  readonly code = 'aborted';

  constructor(facts: CallFacts) {
    super('the call was aborted by its signal', facts);
  }
}

/** Facts about a response that could not be read. */
export interface ResponseErrorFacts extends CallFacts {
  readonly httpStatus: number;
  readonly bodyExcerpt: string;
}

/** An answer that claims success and cannot be used: not JSON, no envelope, a mandatory field missing, a redirect. */
export class PixVerseResponseError extends PixVerseError {
  override readonly name = 'PixVerseResponseError';
  readonly code = 'unusable_response';
  readonly httpStatus: number;
  /** The first characters of the body, as evidence. */
  readonly bodyExcerpt: string;

  constructor(problem: string, facts: ResponseErrorFacts) {
    super(`PixVerse sent an unusable answer (HTTP ${facts.httpStatus}): ${problem}`, facts);
    this.httpStatus = facts.httpStatus;
    this.bodyExcerpt = facts.bodyExcerpt;
  }
}

/** The call was refused by the SDK itself; nothing was sent. */
export class PixVerseInputError extends PixVerseError {
  override readonly name = 'PixVerseInputError';
  readonly code = 'invalid_input';

  constructor(problem: string, options: { readonly cause?: unknown } = {}) {
    super(problem, { traceId: null, mayHaveBeenProcessed: false, cause: options.cause });
  }
}
