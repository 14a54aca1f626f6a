import type { Charged } from '@pixsim7/contracts';
import { ProviderError, ProviderUnavailableError } from '../contract/errors.ts';
import type { ProviderCallError, ProviderCallErrorDetails } from '../contract/errors.ts';
import { FalConnectionError, FalRefusalError, FalUnreadableAnswerError } from './call-errors.ts';
import type { FalCallError } from './call-errors.ts';
import { meaningOfStatus, meaningOfType } from './error-types.ts';
import type { FalErrorMeaning } from './error-types.ts';
import { userTimeoutType } from './failure.ts';
import type { FalFailure } from './failure.ts';
import { translationByMeaning } from './translations.ts';

/**
 * `submit` is the one paid call. `upload` comes before it and `read` after it (status, result, cancel): both cost nothing,
 * and only a read names a request of the queue.
 */
export type FalCallKind = 'submit' | 'upload' | 'read';

/** @param provider the name that people know the provider by: fal is only the way to it */
export function translateError(error: FalCallError, kind: FalCallKind, provider: string): ProviderCallError {
  if (kind === 'submit' && error.mayHaveTakenEffect) {
    return outcomeUnknown(error, provider);
  }
  if (error instanceof FalRefusalError) {
    return translateFailure(error.failure, kind === 'read', 'no', provider, error);
  }
  const details = { retry: 'later', accountEffect: 'none', charged: 'no', cause: error } as const;
  return error instanceof FalUnreadableAnswerError
    ? new ProviderError({
        ...details,
        code: 'provider_failed',
        message: `${provider} gave an answer that nobody can use.`,
      })
    : new ProviderUnavailableError({
        ...details,
        code: 'provider_unavailable',
        message: `${provider} could not be reached, or did not answer in time.`,
      });
}

/**
 * The end of a request that made no video. fal charges no 5xx; of a 422 it says that it may
 * (fal documentation, errors).
 */
export function endedError(failure: FalFailure, provider: string): ProviderCallError {
  return translateFailure(failure, true, chargedFor(failure), provider, undefined);
}

const meaningsOfA5xx: readonly FalErrorMeaning[] = ['timeout', 'own_timeout', 'internal', 'unavailable'];

function chargedFor(failure: FalFailure): Charged {
  if (failure.httpStatus >= 500) {
    return 'no';
  }
  // A status tells of a 5xx by its type alone: the answer that carries it is an HTTP 200.
  return failure.httpStatus !== 422 && meaningsOfA5xx.includes(meaningOf(failure, true)) ? 'no' : 'unknown';
}

/** The account has no key that can be an HTTP header: the same as a wrong one, found before anything is sent. */
export function missingKey(provider: string): ProviderCallError {
  const { error: ErrorClass, ...translation } = translationByMeaning.bad_key;
  return new ErrorClass({
    ...translation,
    message: `The account has no usable fal key for ${provider}.`,
    charged: 'no',
  });
}

function meaningOf(failure: FalFailure, isOfRequest: boolean): FalErrorMeaning {
  const { httpStatus, types, text } = failure;
  // Which of the two a time limit was is said by a header besides the type, so that it is looked for first.
  if (types.includes(userTimeoutType)) {
    return 'own_timeout';
  }
  for (const type of types) {
    const meaning = meaningOfType(type, text);
    if (meaning !== null) {
      return meaning;
    }
  }
  return meaningOfStatus(httpStatus, text, isOfRequest);
}

function translateFailure(
  failure: FalFailure,
  isOfRequest: boolean,
  charged: Charged,
  provider: string,
  cause: FalCallError | undefined,
): ProviderCallError {
  const translation = translationByMeaning[meaningOf(failure, isOfRequest)];
  const { error: ErrorClass, message, retry, ...rest } = translation;
  return new ErrorClass({
    ...rest,
    message: message(provider),
    // fal knows better than its error's class whether a repeat can help.
    retry: retry === 'later' && failure.isRetryable === false ? 'never' : retry,
    charged,
    ...providerFacts(failure),
    ...(failure.retryAfterSeconds === null ? {} : { retryAfterSeconds: failure.retryAfterSeconds }),
    ...(cause === undefined ? {} : { cause }),
  });
}

/**
 * Nobody knows whether fal took the request, and it has no token to ask again with. `never`, because a new attempt could
 * pay twice; the webhook that the request names settles it, or a person.
 */
function outcomeUnknown(error: FalCallError, provider: string): ProviderCallError {
  const ErrorClass = error instanceof FalConnectionError ? ProviderUnavailableError : ProviderError;
  return new ErrorClass({
    code: 'outcome_unknown',
    message: `${provider} gave no usable answer, so it is not known whether it makes the video.`,
    retry: 'never',
    accountEffect: 'none',
    charged: 'unknown',
    ...(error instanceof FalRefusalError ? providerFacts(error.failure) : {}),
    cause: error,
  });
}

function providerFacts({
  httpStatus,
  types,
  text,
}: FalFailure): Pick<ProviderCallErrorDetails, 'providerCode' | 'providerMessage'> {
  return {
    providerCode: types[0] ?? `HTTP ${httpStatus}`,
    ...(text === '' ? {} : { providerMessage: text }),
  };
}
