import {
  PixVerseAbortError,
  PixVerseAPIError,
  PixVerseConnectionError,
  PixVerseInputError,
  PixVerseTimeoutError,
} from '@pixsim7/pixverse';
import type { PixVerseError, PixVerseErrorClass } from '@pixsim7/pixverse';
import { errorFrom, outcomeUnknown, translationsFor } from '../contract/error-translation.ts';
import type { CallKind, ErrorTranslation, FailureFacts } from '../contract/error-translation.ts';
import { ConcurrencyLimitError } from '../contract/errors.ts';
import type { ProviderCallError } from '../contract/errors.ts';

const shared = translationsFor('PixVerse');

/** By the class that the SDK gives to an error code, or to an HTTP status without one. */
const translationByClass: Readonly<Record<PixVerseErrorClass, ErrorTranslation>> = {
  auth: shared.badKey,
  quota: shared.noCredits,
  concurrency: {
    error: ConcurrencyLimitError,
    code: 'concurrency_limit',
    retry: 'later',
    accountEffect: 'cooldown',
    message: 'The PixVerse account is making as many videos at once as its plan allows.',
  },
  rate_limit: shared.tooManyCalls,
  content_filter: shared.inputModerated,
  overload: {
    ...shared.unavailable,
    message: 'PixVerse is under high load and takes no more work for the moment.',
  },
  invalid_params: shared.invalidValue,
  invalid_media: shared.invalidFile,
  permission: shared.notAllowed,
  not_found: {
    ...shared.inputNotFound,
    message: 'PixVerse does not know one of the files or videos that the request uses.',
  },
  server: shared.failedOnItsSide,
  unknown: shared.undocumented,
};

/** Codes that mean something else than the rest of their class. */
const translationByCode: Readonly<Record<number, ErrorTranslation>> = {
  400018: { ...translationByClass.invalid_params, message: 'The prompt is too long for PixVerse.' },
  400019: { ...translationByClass.invalid_params, message: 'The negative prompt is too long for PixVerse.' },
  // The activations of effects are used up, not the credits: the account goes on with everything else.
  500060: {
    ...translationByClass.quota,
    accountEffect: 'none',
    message: 'The PixVerse account has used up its effects of this month.',
  },
  500070: {
    ...translationByClass.permission,
    message: 'The effect is not activated in the dashboard of the PixVerse account.',
  },
};

/** An upload has no value but its file, and PixVerse has no code of its own for a video that it does not take. */
const invalidValue = 400017;

/** The meaning of a read error for a job that was asked for by its id. */
const jobNotFound: ErrorTranslation = {
  ...shared.jobNotFound,
  message: 'PixVerse does not know this video.',
};

/** A request that the SDK could not encode. */
const unwritable: ErrorTranslation = {
  ...shared.invalidValue,
  code: 'internal',
  message: 'The request could not be written in the form that PixVerse takes. Nothing was sent.',
};

/**
 * Turns what the SDK throws into the error family of the contract. The SDK has cleaned its errors of the API key, so they
 * are kept as the cause.
 */
export function translateError(error: PixVerseError, kind: CallKind): ProviderCallError {
  const isUnreachable = error instanceof PixVerseConnectionError || error instanceof PixVerseTimeoutError;
  if (kind === 'submit' && error.mayHaveBeenProcessed) {
    const facts = error instanceof PixVerseAPIError ? providerFacts(error) : {};
    return outcomeUnknown('PixVerse', !isUnreachable, { ...facts, cause: error });
  }
  if (error instanceof PixVerseAPIError) {
    return translateRefusal(error, kind);
  }
  const facts = { charged: 'no', cause: error } as const;
  if (isUnreachable || error instanceof PixVerseAbortError) {
    return errorFrom(shared.unreachable, facts);
  }
  return errorFrom(error instanceof PixVerseInputError ? unwritable : shared.unusableAnswer, facts);
}

function translateRefusal(error: PixVerseAPIError, kind: CallKind): ProviderCallError {
  const byCode =
    kind === 'upload' && error.errCode === invalidValue
      ? translationByClass.invalid_media
      : error.errCode === null
        ? undefined
        : translationByCode[error.errCode];
  const byClass =
    error.class === 'not_found' && kind === 'read' ? jobNotFound : translationByClass[error.class];
  return errorFrom(byCode ?? byClass, {
    charged: 'no',
    ...providerFacts(error),
    ...(error.retryAfterMs === null ? {} : { retryAfterSeconds: Math.ceil(error.retryAfterMs / 1_000) }),
    cause: error,
  });
}

function providerFacts(error: PixVerseAPIError): Pick<FailureFacts, 'providerCode' | 'providerMessage'> {
  return {
    providerCode: error.errCode === null ? `HTTP ${error.httpStatus}` : String(error.errCode),
    ...(error.providerMessage === null ? {} : { providerMessage: error.providerMessage }),
  };
}

/** The account has no API key at all: the same as a wrong one, found before anything is sent. */
export function missingApiKey(): ProviderCallError {
  const translation = { ...shared.badKey, message: 'The account has no usable PixVerse API key.' };
  return errorFrom(translation, { charged: 'no' });
}
