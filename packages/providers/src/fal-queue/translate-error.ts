import type { Charged } from '@pixsim7/contracts';
import { errorFrom, outcomeUnknown, translationsFor } from '../contract/error-translation.ts';
import type { CallKind, FailureFacts } from '../contract/error-translation.ts';
import type { ProviderCallError } from '../contract/errors.ts';
import { FalConnectionError, FalRefusalError, FalUnreadableAnswerError } from './call-errors.ts';
import type { FalCallError } from './call-errors.ts';
import { meaningOfStatus, meaningOfType } from './error-types.ts';
import type { FalErrorMeaning } from './error-types.ts';
import { userTimeoutType } from './failure.ts';
import type { FalFailure } from './failure.ts';
import { translationsOfFal } from './translations.ts';

/** @param provider the name that people know the provider by: fal is only the way to it */
export function translateError(error: FalCallError, kind: CallKind, provider: string): ProviderCallError {
  if (kind === 'submit' && error.mayHaveTakenEffect) {
    const facts = error instanceof FalRefusalError ? providerFacts(error.failure) : {};
    // fal has no token to ask again with: the webhook that the request names settles it, or a person.
    return outcomeUnknown(provider, !(error instanceof FalConnectionError), { ...facts, cause: error });
  }
  // Only a read names a request of the queue.
  if (error instanceof FalRefusalError) {
    return translateFailure(error.failure, kind === 'read', 'no', provider, error);
  }
  const { unusableAnswer, unreachable } = translationsFor(provider);
  const translation = error instanceof FalUnreadableAnswerError ? unusableAnswer : unreachable;
  return errorFrom(translation, { charged: 'no', cause: error });
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
  const message = `The account has no usable fal key for ${provider}.`;
  return errorFrom({ ...translationsOfFal(provider).bad_key, message }, { charged: 'no' });
}

function meaningOf(failure: FalFailure, isOfRequest: boolean): FalErrorMeaning {
  const { httpStatus, types, text } = failure;
  // A header, and not the type, tells our own time limit from fal's, so it is looked for first.
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
  const translation = translationsOfFal(provider)[meaningOf(failure, isOfRequest)];
  // fal knows better than its error's class whether a repeat can help.
  const retry = translation.retry === 'later' && failure.isRetryable === false ? 'never' : translation.retry;
  return errorFrom(
    { ...translation, retry },
    {
      charged,
      ...providerFacts(failure),
      ...(failure.retryAfterSeconds === null ? {} : { retryAfterSeconds: failure.retryAfterSeconds }),
      ...(cause === undefined ? {} : { cause }),
    },
  );
}

function providerFacts({
  httpStatus,
  types,
  text,
}: FalFailure): Pick<FailureFacts, 'providerCode' | 'providerMessage'> {
  return {
    providerCode: types[0] ?? `HTTP ${httpStatus}`,
    ...(text === '' ? {} : { providerMessage: text }),
  };
}
