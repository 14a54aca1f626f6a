import { cutText, providerErrorClasses } from '@pixsim7/contracts';
import type { Charged, JobErrorCode, ProviderErrorClass } from '@pixsim7/contracts';

/**
 * The prospects of a retry of the same request.
 *
 * - `never`: the same input fails again
 * - `later`: the same account may take it after a while
 * - `other_account`: this account cannot, another one might
 * - `other_provider`: no account of this provider can, because the model is gone or a file is beyond its limits; another
 *   provider might
 */
export const retryAdvices = ['never', 'later', 'other_account', 'other_provider'] as const;
export type RetryAdvice = (typeof retryAdvices)[number];

/** The news about the account in a failure. */
export const accountEffects = ['none', 'cooldown', 'exhausted', 'disabled'] as const;
export type AccountEffect = (typeof accountEffects)[number];

export interface ProviderCallErrorDetails {
  readonly code: JobErrorCode;
  /** A sentence for the person who made the job. It never contains credentials or the words of the provider. */
  readonly message: string;
  readonly retry: RetryAdvice;
  readonly accountEffect: AccountEffect;
  readonly charged: Charged;
  /** The provider's own code and words, for operators. They are cut, because they are stored with each attempt and logged. */
  readonly providerCode?: string;
  readonly providerMessage?: string;
  /** The provider asked us to wait this long; max one day. */
  readonly retryAfterSeconds?: number;
  readonly cause?: unknown;
}

/** The plain form of an error: what is stored with a submission and survives a restart. */
export interface ProviderCallErrorRecord {
  readonly class: ProviderErrorClass;
  readonly code: JobErrorCode;
  readonly message: string;
  readonly httpStatus: number;
  readonly retry: RetryAdvice;
  readonly accountEffect: AccountEffect;
  readonly charged: Charged;
  readonly providerCode: string | null;
  readonly providerMessage: string | null;
}

const maxProviderCodeLength = 100;
const maxProviderMessageLength = 500;
/** An account that waits longer than a day looks lost; asking once a day costs nothing. */
const maxRetryAfterSeconds = 86_400;

function cutOrNull(text: string | undefined, maxLength: number): string | null {
  return text === undefined ? null : cutText(text, maxLength);
}

/** A date computed from `1e300` seconds could not be stored, and the step that tries would fail forever. */
function boundedSeconds(seconds: number | undefined): number | null {
  return seconds === undefined || Number.isNaN(seconds)
    ? null
    : Math.min(Math.max(seconds, 0), maxRetryAfterSeconds);
}

/** Base of everything that an adapter reports as failed. Policy follows the class and the advice, never the text. */
export abstract class ProviderCallError extends Error {
  abstract readonly class: ProviderErrorClass;
  readonly code: JobErrorCode;
  readonly retry: RetryAdvice;
  readonly accountEffect: AccountEffect;
  readonly charged: Charged;
  readonly providerCode: string | null;
  readonly providerMessage: string | null;
  readonly retryAfterSeconds: number | null;

  constructor(details: ProviderCallErrorDetails) {
    super(details.message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = details.code;
    this.retry = details.retry;
    this.accountEffect = details.accountEffect;
    this.charged = details.charged;
    this.providerCode = cutOrNull(details.providerCode, maxProviderCodeLength);
    this.providerMessage = cutOrNull(details.providerMessage, maxProviderMessageLength);
    this.retryAfterSeconds = boundedSeconds(details.retryAfterSeconds);
  }

  /** The status that our own API gives for this class. */
  get httpStatus(): number {
    return providerErrorClasses[this.class];
  }

  toRecord(): ProviderCallErrorRecord {
    return {
      class: this.class,
      code: this.code,
      message: this.message,
      httpStatus: this.httpStatus,
      retry: this.retry,
      accountEffect: this.accountEffect,
      charged: this.charged,
      providerCode: this.providerCode,
      providerMessage: this.providerMessage,
    };
  }
}

/** The provider does not accept the credentials. */
export class AuthenticationError extends ProviderCallError {
  override readonly name = 'AuthenticationError';
  readonly class = 'AuthenticationError';
}

/** The account has not enough credits, or its plan is used up. */
export class QuotaExceededError extends ProviderCallError {
  override readonly name = 'QuotaExceededError';
  readonly class = 'QuotaExceededError';
}

/** The provider does not know the job or the input that we named. */
export class JobNotFoundError extends ProviderCallError {
  override readonly name = 'JobNotFoundError';
  readonly class = 'JobNotFoundError';
}

/** The provider refuses a value or a file. */
export class InvalidRequestError extends ProviderCallError {
  override readonly name = 'InvalidRequestError';
  readonly class = 'InvalidRequestError';
}

/** Too many calls in a time. */
export class RateLimitError extends ProviderCallError {
  override readonly name = 'RateLimitError';
  readonly class = 'RateLimitError';
}

/** Too many generations at once. */
export class ConcurrencyLimitError extends ProviderCallError {
  override readonly name = 'ConcurrencyLimitError';
  readonly class = 'ConcurrencyLimitError';
}

/** The safety check of the provider refused an input or the finished video; `code` says which. */
export class ContentFilteredError extends ProviderCallError {
  override readonly name = 'ContentFilteredError';
  readonly class = 'ContentFilteredError';
}

/** The provider tried and failed, or answered something that nobody can use. */
export class ProviderError extends ProviderCallError {
  override readonly name = 'ProviderError';
  readonly class = 'ProviderError';
}

/** The provider is down, overloaded or not reachable. */
export class ProviderUnavailableError extends ProviderCallError {
  override readonly name = 'ProviderUnavailableError';
  readonly class = 'ProviderUnavailableError';
}
