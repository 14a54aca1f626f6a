import type { ExpectedError, ReadFailureSample, RefusalSample } from './provider-under-test.ts';

/**
 * The meaning of each kind of refusal for a job and its account. Written down a second time on purpose: the translations of
 * the adapters must not be what they are measured by.
 */
export const expectedErrors = {
  badKey: expected('AuthenticationError', 'credentials_invalid', 'other_account', 'disabled'),
  noCredits: expected('QuotaExceededError', 'insufficient_credits', 'other_account', 'exhausted'),
  badRequest: expected('InvalidRequestError', 'provider_rejected', 'never', 'none'),
  badFile: expected('InvalidRequestError', 'input_rejected', 'other_provider', 'none'),
  notForThisAccount: expected('InvalidRequestError', 'provider_rejected', 'other_account', 'none'),
  missingInput: expected('JobNotFoundError', 'input_unavailable', 'never', 'none'),
  missingJob: expected('JobNotFoundError', 'provider_job_not_found', 'never', 'none'),
  moderatedInput: expected('ContentFilteredError', 'input_moderated', 'never', 'none'),
  moderatedOutput: expected('ContentFilteredError', 'output_moderated', 'never', 'none'),
  tooManyCalls: expected('RateLimitError', 'rate_limited', 'later', 'cooldown'),
  overLimit: expected('ConcurrencyLimitError', 'concurrency_limit', 'later', 'cooldown'),
  unavailable: expected('ProviderUnavailableError', 'provider_unavailable', 'later', 'none'),
  failed: expected('ProviderError', 'provider_failed', 'later', 'none'),
  outcomeUnknown: expected('ProviderError', 'outcome_unknown', 'never', 'none'),
};

function expected(
  errorClass: ExpectedError['class'],
  code: ExpectedError['code'],
  retry: ExpectedError['retry'],
  accountEffect: ExpectedError['accountEffect'],
): ExpectedError {
  return { class: errorClass, code, retry, accountEffect };
}

/** A row of an error table as a refused submit; the error alone says whether something may have been created. */
export function refusalOf(
  name: string,
  action: 'err_code' | 'http_status',
  value: number,
  error: ExpectedError,
): RefusalSample {
  return { name, action, value, outcome: error.code === 'outcome_unknown' ? 'unknown' : 'rejected', error };
}

/** Answers to a read that say nothing, whatever the provider. */
export const unreadableAnswers: readonly ReadFailureSample[] = [
  { name: 'garbage', action: 'garbage', error: expectedErrors.failed },
  { name: 'half an answer', action: 'truncate', error: expectedErrors.unavailable },
  { name: 'a broken connection', action: 'drop_before_accept', error: expectedErrors.unavailable },
];
