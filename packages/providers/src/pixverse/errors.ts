import type { JobErrorCode } from '@pixsim7/contracts';
import {
  PixVerseAbortError,
  PixVerseAPIError,
  PixVerseConnectionError,
  PixVerseInputError,
  PixVerseTimeoutError,
} from '@pixsim7/pixverse';
import type { PixVerseError, PixVerseErrorClass } from '@pixsim7/pixverse';
import {
  AuthenticationError,
  ConcurrencyLimitError,
  ContentFilteredError,
  InvalidRequestError,
  JobNotFoundError,
  ProviderError,
  ProviderUnavailableError,
  QuotaExceededError,
  RateLimitError,
} from '../contract/errors.ts';
import type {
  AccountEffect,
  ProviderCallError,
  ProviderCallErrorDetails,
  RetryAdvice,
} from '../contract/errors.ts';

/** The meaning of one kind of refusal for a job and for its account. */
export interface Translation {
  readonly error: new (details: ProviderCallErrorDetails) => ProviderCallError;
  readonly code: JobErrorCode;
  readonly retry: RetryAdvice;
  readonly accountEffect: AccountEffect;
  readonly message: string;
}

const inputNotFound: Translation = {
  error: JobNotFoundError,
  code: 'input_unavailable',
  retry: 'never',
  accountEffect: 'none',
  message: 'PixVerse does not know one of the files or videos that the request uses.',
};

/** By the class that the SDK gives to an error code, or to an HTTP status without one. */
const translationByClass: Readonly<Record<PixVerseErrorClass, Translation>> = {
  auth: {
    error: AuthenticationError,
    code: 'credentials_invalid',
    retry: 'other_account',
    accountEffect: 'disabled',
    message: 'PixVerse does not accept the API key of this account.',
  },
  quota: {
    error: QuotaExceededError,
    code: 'insufficient_credits',
    retry: 'other_account',
    accountEffect: 'exhausted',
    message: 'The PixVerse account does not have enough credits.',
  },
  concurrency: {
    error: ConcurrencyLimitError,
    code: 'concurrency_limit',
    retry: 'later',
    accountEffect: 'cooldown',
    message: 'The PixVerse account is making as many videos at once as its plan allows.',
  },
  rate_limit: {
    error: RateLimitError,
    code: 'rate_limited',
    retry: 'later',
    accountEffect: 'cooldown',
    message: 'PixVerse received too many calls from this account in a short time.',
  },
  content_filter: {
    error: ContentFilteredError,
    code: 'input_moderated',
    retry: 'never',
    accountEffect: 'none',
    message: 'The safety check of PixVerse refused the prompt or one of the files. Change it and try again.',
  },
  overload: {
    error: ProviderUnavailableError,
    code: 'provider_unavailable',
    retry: 'later',
    accountEffect: 'none',
    message: 'PixVerse is under high load and takes no more work for the moment.',
  },
  invalid_params: {
    error: InvalidRequestError,
    code: 'provider_rejected',
    retry: 'never',
    accountEffect: 'none',
    message: 'PixVerse does not accept one of the values of the request.',
  },
  invalid_media: {
    error: InvalidRequestError,
    code: 'input_rejected',
    retry: 'other_provider',
    accountEffect: 'none',
    message: 'PixVerse cannot use one of the files: its format, its size or what it shows.',
  },
  permission: {
    error: InvalidRequestError,
    code: 'provider_rejected',
    retry: 'other_account',
    accountEffect: 'none',
    message: 'The PixVerse account is not allowed to do this.',
  },
  not_found: inputNotFound,
  server: {
    error: ProviderUnavailableError,
    code: 'provider_unavailable',
    retry: 'later',
    accountEffect: 'none',
    message: 'PixVerse failed on its side.',
  },
  unknown: {
    error: ProviderError,
    code: 'provider_failed',
    retry: 'never',
    accountEffect: 'none',
    message: 'PixVerse refused the request for a reason that is not documented.',
  },
};

/** Codes that mean something else than the rest of their class. */
const translationByCode: Readonly<Record<number, Translation>> = {
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
const jobNotFound: Translation = {
  ...inputNotFound,
  code: 'provider_job_not_found',
  message: 'PixVerse does not know this video.',
};

/** `submit` is the one paid call; `upload` and `read` cost nothing. */
export type CallKind = 'submit' | 'upload' | 'read';

/**
 * Turns what the SDK throws into the error family of the contract. The SDK has cleaned its errors of the API key, so they
 * are kept as the cause.
 */
export function translateError(error: PixVerseError, kind: CallKind): ProviderCallError {
  if (kind === 'submit' && error.mayHaveBeenProcessed) {
    return outcomeUnknown(error);
  }
  if (error instanceof PixVerseAPIError) {
    return translateRefusal(error, kind);
  }
  if (
    error instanceof PixVerseConnectionError ||
    error instanceof PixVerseTimeoutError ||
    error instanceof PixVerseAbortError
  ) {
    return new ProviderUnavailableError({
      code: 'provider_unavailable',
      message: 'PixVerse could not be reached, or did not answer in time.',
      retry: 'later',
      accountEffect: 'none',
      charged: 'no',
      cause: error,
    });
  }
  if (error instanceof PixVerseInputError) {
    return new InvalidRequestError({
      code: 'internal',
      message: 'The request could not be written in the form that PixVerse takes. Nothing was sent.',
      retry: 'never',
      accountEffect: 'none',
      charged: 'no',
      cause: error,
    });
  }
  return new ProviderError({
    code: 'provider_failed',
    message: 'PixVerse gave an answer that nobody can use.',
    retry: 'later',
    accountEffect: 'none',
    charged: 'no',
    cause: error,
  });
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
  const { error: ErrorClass, ...translation } = byCode ?? byClass;
  return new ErrorClass({
    ...translation,
    charged: 'no',
    ...providerFacts(error),
    ...(error.retryAfterMs === null ? {} : { retryAfterSeconds: Math.ceil(error.retryAfterMs / 1_000) }),
    cause: error,
  });
}

/**
 * Nobody knows whether PixVerse took the request. `never`, because a new attempt could pay twice; asking again with the
 * same token is what settles it.
 */
function outcomeUnknown(error: PixVerseError): ProviderCallError {
  const ErrorClass =
    error instanceof PixVerseConnectionError || error instanceof PixVerseTimeoutError
      ? ProviderUnavailableError
      : ProviderError;
  return new ErrorClass({
    code: 'outcome_unknown',
    message: 'PixVerse gave no usable answer, so it is not known whether it makes the video.',
    retry: 'never',
    accountEffect: 'none',
    charged: 'unknown',
    ...(error instanceof PixVerseAPIError ? providerFacts(error) : {}),
    cause: error,
  });
}

function providerFacts(
  error: PixVerseAPIError,
): Pick<ProviderCallErrorDetails, 'providerCode' | 'providerMessage'> {
  return {
    providerCode: error.errCode === null ? `HTTP ${error.httpStatus}` : String(error.errCode),
    ...(error.providerMessage === null ? {} : { providerMessage: error.providerMessage }),
  };
}

/** The account has no API key at all: the same as a wrong one, found before anything is sent. */
export function missingApiKey(): ProviderCallError {
  const { error: ErrorClass, ...translation } = translationByClass.auth;
  return new ErrorClass({
    ...translation,
    message: 'The account has no usable PixVerse API key.',
    charged: 'no',
  });
}
