import {
  AuthenticationError,
  ConcurrencyLimitError,
  ContentFilteredError,
  InvalidRequestError,
  ProviderError,
  ProviderUnavailableError,
  QuotaExceededError,
  RateLimitError,
} from '@pixsim7/providers/contract';
import type { ProviderCallError } from '@pixsim7/providers/contract';

/** The errors of the simulated provider, one maker each, so that every class of the contract occurs. */
export const refusals = {
  credentials: () =>
    new AuthenticationError({
      code: 'credentials_invalid',
      message: 'The credentials are refused.',
      retry: 'other_account',
      accountEffect: 'disabled',
      charged: 'no',
    }),
  noCredits: () =>
    new QuotaExceededError({
      code: 'insufficient_credits',
      message: 'The account has not enough credits.',
      retry: 'other_account',
      accountEffect: 'exhausted',
      charged: 'no',
    }),
  tooMany: () =>
    new ConcurrencyLimitError({
      code: 'concurrency_limit',
      message: 'The account runs too many generations.',
      retry: 'later',
      accountEffect: 'cooldown',
      charged: 'no',
    }),
  rateLimit: () =>
    new RateLimitError({
      code: 'rate_limited',
      message: 'Too many calls.',
      retry: 'later',
      accountEffect: 'cooldown',
      charged: 'no',
      retryAfterSeconds: 7,
    }),
  unavailable: () =>
    new ProviderUnavailableError({
      code: 'provider_unavailable',
      message: 'The provider is down for maintenance.',
      retry: 'later',
      accountEffect: 'none',
      charged: 'no',
    }),
  modelGone: () =>
    new InvalidRequestError({
      code: 'provider_rejected',
      message: 'The provider no longer has this model.',
      retry: 'other_provider',
      accountEffect: 'none',
      charged: 'no',
    }),
  fileRefused: () =>
    new InvalidRequestError({
      code: 'input_rejected',
      message: 'The provider cannot use one of the files.',
      retry: 'other_provider',
      accountEffect: 'none',
      charged: 'no',
    }),
  invalid: () =>
    new InvalidRequestError({
      code: 'provider_rejected',
      message: 'A value is refused.',
      retry: 'never',
      accountEffect: 'none',
      charged: 'no',
    }),
  moderatedInput: () =>
    new ContentFilteredError({
      code: 'input_moderated',
      message: 'The prompt is refused.',
      retry: 'never',
      accountEffect: 'none',
      charged: 'no',
    }),
  moderatedOutput: () =>
    new ContentFilteredError({
      code: 'output_moderated',
      message: 'The video is refused.',
      retry: 'never',
      accountEffect: 'none',
      charged: 'no',
    }),
  renderFailed: () =>
    new ProviderError({
      code: 'provider_failed',
      message: 'The generation failed.',
      retry: 'later',
      accountEffect: 'none',
      charged: 'no',
    }),
  /** The error of an adapter for a submit without a usable answer. */
  noAnswer: () =>
    new ProviderUnavailableError({
      code: 'provider_unavailable',
      message: 'There was no answer.',
      retry: 'later',
      accountEffect: 'none',
      charged: 'unknown',
    }),
} as const satisfies Record<string, () => ProviderCallError>;
