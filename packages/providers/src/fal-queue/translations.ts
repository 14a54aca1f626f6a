import { translationsFor } from '../contract/error-translation.ts';
import type { ErrorTranslation } from '../contract/error-translation.ts';
import { ProviderError } from '../contract/errors.ts';
import type { FalErrorMeaning } from './error-types.ts';

/** The meaning of each refusal of fal. The words name the provider: fal is only the way to it. */
export function translationsOfFal(provider: string): Readonly<Record<FalErrorMeaning, ErrorTranslation>> {
  const shared = translationsFor(provider);
  const timeout: ErrorTranslation = {
    error: ProviderError,
    code: 'timed_out',
    retry: 'later',
    accountEffect: 'none',
    message: `${provider} did not get the work done in the time that it allows.`,
  };
  return {
    bad_key: {
      ...shared.badKey,
      message: `fal, which ${provider} is reached through, does not accept the key of this account.`,
    },
    exhausted: {
      ...shared.noCredits,
      message: `The fal account that ${provider} is reached through has no balance left.`,
    },
    // Only the support of fal unlocks such an account, and until then it refuses everything.
    locked: {
      ...shared.badKey,
      code: 'account_unavailable',
      message: `The fal account that ${provider} is reached through was locked by fal.`,
    },
    forbidden: {
      ...shared.notAllowed,
      message: `The fal account is not allowed to use this model of ${provider}.`,
    },
    unknown_endpoint: {
      ...shared.invalidValue,
      retry: 'other_provider',
      message: `This model of ${provider} is not offered, or not any more.`,
    },
    unknown_request: shared.jobNotFound,
    input_moderated: shared.inputModerated,
    output_moderated: shared.outputModerated,
    bad_value: shared.invalidValue,
    bad_file: shared.invalidFile,
    unreachable_file: {
      ...shared.invalidValue,
      retry: 'later',
      message: `${provider} could not fetch one of the files.`,
    },
    // In practice often a refusal that is not called one, and it sometimes passes on repeat.
    nothing_generated: {
      ...shared.outputModerated,
      retry: 'later',
      message: `${provider} made nothing of this request, which it often does when it refuses one.`,
    },
    timeout,
    own_timeout: { ...timeout, retry: 'never' },
    rate_limited: shared.tooManyCalls,
    internal: shared.failedOnItsSide,
    unavailable: {
      ...shared.unavailable,
      message: `${provider} has nobody who can do the work for the moment.`,
    },
    failed: shared.failed,
    undocumented: shared.undocumented,
  };
}
