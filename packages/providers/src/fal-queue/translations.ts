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
} from '../contract/errors.ts';
import type {
  AccountEffect,
  ProviderCallError,
  ProviderCallErrorDetails,
  RetryAdvice,
} from '../contract/errors.ts';
import type { FalErrorMeaning } from './error-types.ts';

/** The meaning of one kind of refusal for a job and for its account. */
export interface FalTranslation {
  readonly error: new (details: ProviderCallErrorDetails) => ProviderCallError;
  readonly code: JobErrorCode;
  readonly retry: RetryAdvice;
  readonly accountEffect: AccountEffect;
  readonly message: (provider: string) => string;
}

const badValue: FalTranslation = {
  error: InvalidRequestError,
  code: 'provider_rejected',
  retry: 'never',
  accountEffect: 'none',
  message: (provider) => `${provider} does not accept one of the values of the request.`,
};

const badFile: FalTranslation = {
  ...badValue,
  code: 'input_rejected',
  retry: 'other_provider',
  message: (provider) => `${provider} cannot use one of the files: its format, its size or what it shows.`,
};

const moderated: FalTranslation = {
  error: ContentFilteredError,
  code: 'input_moderated',
  retry: 'never',
  accountEffect: 'none',
  message: (provider) =>
    `The safety check of ${provider} refused the prompt or one of the files. Change it and try again.`,
};

const unavailable: FalTranslation = {
  error: ProviderUnavailableError,
  code: 'provider_unavailable',
  retry: 'later',
  accountEffect: 'none',
  message: (provider) => `${provider} has nobody who can do the work for the moment.`,
};

const timeout: FalTranslation = {
  error: ProviderError,
  code: 'timed_out',
  retry: 'later',
  accountEffect: 'none',
  message: (provider) => `${provider} did not get the work done in the time that it allows.`,
};

export const translationByMeaning: Readonly<Record<FalErrorMeaning, FalTranslation>> = {
  bad_key: {
    error: AuthenticationError,
    code: 'credentials_invalid',
    retry: 'other_account',
    accountEffect: 'disabled',
    message: (provider) =>
      `fal, which ${provider} is reached through, does not accept the key of this account.`,
  },
  exhausted: {
    error: QuotaExceededError,
    code: 'insufficient_credits',
    retry: 'other_account',
    accountEffect: 'exhausted',
    message: (provider) => `The fal account that ${provider} is reached through has no balance left.`,
  },
  // Only the support of fal unlocks such an account, and until then it refuses everything.
  locked: {
    error: AuthenticationError,
    code: 'account_unavailable',
    retry: 'other_account',
    accountEffect: 'disabled',
    message: (provider) => `The fal account that ${provider} is reached through was locked by fal.`,
  },
  forbidden: {
    ...badValue,
    retry: 'other_account',
    message: (provider) => `The fal account is not allowed to use this model of ${provider}.`,
  },
  unknown_endpoint: {
    ...badValue,
    retry: 'other_provider',
    message: (provider) => `This model of ${provider} is not offered, or not any more.`,
  },
  unknown_request: {
    error: JobNotFoundError,
    code: 'provider_job_not_found',
    retry: 'never',
    accountEffect: 'none',
    message: (provider) => `${provider} does not know this job.`,
  },
  input_moderated: moderated,
  output_moderated: {
    ...moderated,
    code: 'output_moderated',
    message: (provider) => `The safety check of ${provider} refused the finished video.`,
  },
  bad_value: badValue,
  bad_file: badFile,
  unreachable_file: {
    ...badValue,
    retry: 'later',
    message: (provider) => `${provider} could not fetch one of the files.`,
  },
  // In practice often a refusal that is not called one, and it sometimes passes on repeat.
  nothing_generated: {
    ...moderated,
    code: 'output_moderated',
    retry: 'later',
    message: (provider) =>
      `${provider} made nothing of this request, which it often does when it refuses one.`,
  },
  timeout,
  own_timeout: { ...timeout, retry: 'never' },
  rate_limited: {
    error: RateLimitError,
    code: 'rate_limited',
    retry: 'later',
    accountEffect: 'cooldown',
    message: (provider) => `${provider} received too many calls from this account in a short time.`,
  },
  internal: { ...unavailable, message: (provider) => `${provider} failed on its side.` },
  unavailable,
  failed: {
    error: ProviderError,
    code: 'provider_failed',
    retry: 'later',
    accountEffect: 'none',
    message: (provider) => `${provider} could not make the video.`,
  },
  undocumented: {
    error: ProviderError,
    code: 'provider_failed',
    retry: 'never',
    accountEffect: 'none',
    message: (provider) => `${provider} refused the request for a reason that is not documented.`,
  },
};
