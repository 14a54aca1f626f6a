import type { JobErrorCode } from '@pixsim7/contracts';
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
} from '@pixsim7/providers/contract';
import type {
  AccountEffect,
  ProviderCallError,
  ProviderCallErrorDetails,
  RetryAdvice,
} from '@pixsim7/providers/contract';

/** `submit` is the one paid call; `upload` and `read` cost nothing. */
export type CallKind = 'submit' | 'upload' | 'read';

type ErrorClass = new (details: ProviderCallErrorDetails) => ProviderCallError;
type Row = readonly [ErrorClass, JobErrorCode, RetryAdvice, AccountEffect, message: string];

const badKey = 'Lantern does not accept the API key of this account.';
const unavailable = 'Lantern is not available for the moment.';
const unusable = 'Lantern gave an answer that nobody can use.';

/** The error table of Lantern's reference, by the word in `error`. */
const rows: Readonly<Record<string, Row>> = {
  bad_key: [AuthenticationError, 'credentials_invalid', 'other_account', 'disabled', badKey],
  no_credits: [
    QuotaExceededError,
    'insufficient_credits',
    'other_account',
    'exhausted',
    'The Lantern account does not have enough matches.',
  ],
  not_found: [
    JobNotFoundError,
    'provider_job_not_found',
    'never',
    'none',
    'Lantern does not know this video.',
  ],
  bad_file: [InvalidRequestError, 'input_rejected', 'other_provider', 'none', 'Lantern cannot use a file.'],
  invalid: [InvalidRequestError, 'provider_rejected', 'never', 'none', 'Lantern does not accept a value.'],
  unsafe_text: [
    ContentFilteredError,
    'input_moderated',
    'never',
    'none',
    'The safety check of Lantern refused the prompt.',
  ],
  too_many_calls: [RateLimitError, 'rate_limited', 'later', 'cooldown', 'Lantern received too many calls.'],
  too_many_videos: [
    ConcurrencyLimitError,
    'concurrency_limit',
    'later',
    'cooldown',
    'The Lantern account makes as many videos as it may at a time.',
  ],
};
const invalid: Row = [InvalidRequestError, 'provider_rejected', 'never', 'none', 'Lantern refuses this.'];
const down: Row = [ProviderUnavailableError, 'provider_unavailable', 'later', 'none', unavailable];
const garbage: Row = [ProviderError, 'provider_failed', 'later', 'none', unusable];
const open: Row = [
  ProviderError,
  'outcome_unknown',
  'never',
  'none',
  'Lantern gave no usable answer, so it is not known whether it makes the video.',
];

/** What an answer with an error means. A 5xx can stand between an accepted video and its answer. */
export function translateRefusal(status: number, word: string | null, kind: CallKind): ProviderCallError {
  const code = word === null ? `HTTP ${status}` : `HTTP ${status} ${word}`;
  if (status >= 500) {
    return create(kind === 'submit' ? open : down, code);
  }
  const row = (word === null ? undefined : rows[word]) ?? invalid;
  if (word === 'not_found' && kind !== 'read') {
    return create([row[0], 'input_unavailable', 'never', 'none', 'Lantern does not know a file.'], code);
  }
  return create(row, code);
}

/** A success whose body is not what the reference says. */
export function translateGarbage(status: number, kind: CallKind): ProviderCallError {
  return create(kind === 'submit' ? open : garbage, `HTTP ${status}`);
}

/** The meaning of a call without an answer. */
export function translateConnectionFailure(
  failure: { readonly code: string; readonly wasNeverSent: boolean },
  kind: CallKind,
): ProviderCallError {
  return create(kind === 'submit' && !failure.wasNeverSent ? open : down, failure.code);
}

/** The account has no key at all: the same as a wrong one, found before anything is sent. */
export function missingKey(): ProviderCallError {
  return create([AuthenticationError, 'credentials_invalid', 'other_account', 'disabled', badKey], 'no key');
}

function create([Class, code, retry, accountEffect, message]: Row, providerCode: string): ProviderCallError {
  const charged = code === 'outcome_unknown' ? 'unknown' : 'no';
  return new Class({ code, message, retry, accountEffect, charged, providerCode });
}
