import type { JobErrorCode } from '@pixsim7/contracts';
import {
  AuthenticationError,
  ContentFilteredError,
  InvalidRequestError,
  JobNotFoundError,
  ProviderError,
  ProviderUnavailableError,
  QuotaExceededError,
  RateLimitError,
} from './errors.ts';
import type { AccountEffect, ProviderCallError, ProviderCallErrorDetails, RetryAdvice } from './errors.ts';

/** `submit` is the one paid call. `upload` comes before it and `read` after it, and both cost nothing. */
export type CallKind = 'submit' | 'upload' | 'read';

type ErrorClass = new (details: ProviderCallErrorDetails) => ProviderCallError;

/** The meaning of one kind of refusal for a job and for its account. */
export interface ErrorTranslation {
  readonly error: ErrorClass;
  readonly code: JobErrorCode;
  readonly retry: RetryAdvice;
  readonly accountEffect: AccountEffect;
  readonly message: string;
}

/** The part of an error that differs from one failure to the next under the same translation. */
export type FailureFacts = Omit<ProviderCallErrorDetails, 'code' | 'retry' | 'accountEffect' | 'message'>;

/** The error of a translation, with the facts of the failure at hand. */
export function errorFrom(
  { error: Class, code, retry, accountEffect, message }: ErrorTranslation,
  facts: FailureFacts,
): ProviderCallError {
  return new Class({ code, retry, accountEffect, message, ...facts });
}

/**
 * The meanings that every provider has words for. The consequence is ours and the same at each of them, so it stands here
 * once; an adapter changes the message, or the row, where its provider says more.
 */
export function translationsFor(provider: string) {
  const invalidValue = row(
    [InvalidRequestError, 'provider_rejected', 'never', 'none'],
    `${provider} does not accept one of the values of the request.`,
  );
  return {
    invalidValue,
    invalidFile: {
      ...invalidValue,
      code: 'input_rejected',
      retry: 'other_provider',
      message: `${provider} cannot use one of the files: its format, its size or what it shows.`,
    },
    notAllowed: {
      ...invalidValue,
      retry: 'other_account',
      message: `The ${provider} account is not allowed to do this.`,
    },
    badKey: row(
      [AuthenticationError, 'credentials_invalid', 'other_account', 'disabled'],
      `${provider} does not accept the API key of this account.`,
    ),
    noCredits: row(
      [QuotaExceededError, 'insufficient_credits', 'other_account', 'exhausted'],
      `The ${provider} account does not have enough credits.`,
    ),
    jobNotFound: row(
      [JobNotFoundError, 'provider_job_not_found', 'never', 'none'],
      `${provider} does not know this job.`,
    ),
    inputNotFound: row(
      [JobNotFoundError, 'input_unavailable', 'never', 'none'],
      `${provider} does not know something that the request uses.`,
    ),
    tooManyCalls: row(
      [RateLimitError, 'rate_limited', 'later', 'cooldown'],
      `${provider} received too many calls from this account in a short time.`,
    ),
    inputModerated: row(
      [ContentFilteredError, 'input_moderated', 'never', 'none'],
      `The safety check of ${provider} refused the prompt or one of the files. Change it and try again.`,
    ),
    outputModerated: row(
      [ContentFilteredError, 'output_moderated', 'never', 'none'],
      `The safety check of ${provider} refused the finished video.`,
    ),
    unavailable: row(
      [ProviderUnavailableError, 'provider_unavailable', 'later', 'none'],
      `${provider} is not available for the moment.`,
    ),
    failedOnItsSide: row(
      [ProviderUnavailableError, 'provider_unavailable', 'later', 'none'],
      `${provider} failed on its side.`,
    ),
    unreachable: row(
      [ProviderUnavailableError, 'provider_unavailable', 'later', 'none'],
      `${provider} could not be reached, or did not answer in time.`,
    ),
    failed: row([ProviderError, 'provider_failed', 'later', 'none'], `${provider} could not make the video.`),
    unusableAnswer: row(
      [ProviderError, 'provider_failed', 'later', 'none'],
      `${provider} gave an answer that nobody can use.`,
    ),
    undocumented: row(
      [ProviderError, 'provider_failed', 'never', 'none'],
      `${provider} refused the request for a reason that is not documented.`,
    ),
  } satisfies Record<string, ErrorTranslation>;
}

/**
 * Nobody knows whether the provider took the request. `never`, because a new attempt could pay twice; the same token, a
 * webhook or a person settles it.
 *
 * @param sawAnswer whether there was an answer, if no usable one; without it the provider was out of reach
 */
export function outcomeUnknown(
  provider: string,
  sawAnswer: boolean,
  facts: Omit<FailureFacts, 'charged'>,
): ProviderCallError {
  const translation = row(
    [sawAnswer ? ProviderError : ProviderUnavailableError, 'outcome_unknown', 'never', 'none'],
    `${provider} gave no usable answer, so it is not known whether it makes the video.`,
  );
  return errorFrom(translation, { ...facts, charged: 'unknown' });
}

function row(
  [error, code, retry, accountEffect]: readonly [ErrorClass, JobErrorCode, RetryAdvice, AccountEffect],
  message: string,
): ErrorTranslation {
  return { error, code, retry, accountEffect, message };
}
