import { expectedErrors, refusalOf, unreadableAnswers } from './expected-errors.ts';
import type { ExpectedError, ReadFailureSample, RefusalSample } from './provider-under-test.ts';

// The error tables of fal, with what each row has to mean for a job and its account. Written down a second time on
// purpose: the adapter's own table must not be what it is measured by.

const { badKey, badRequest, badFile, moderatedOutput, noCredits, notForThisAccount } = expectedErrors;
const { missingJob, tooManyCalls, unavailable, failed, outcomeUnknown } = expectedErrors;

export const lockedAccount: ExpectedError = { ...badKey, code: 'account_unavailable' };
export const modelGone: ExpectedError = { ...badRequest, retry: 'other_provider' };
export const unreachableFile: ExpectedError = { ...badRequest, retry: 'later' };
export const nothingMade: ExpectedError = { ...moderatedOutput, retry: 'later' };
export const tooSlow: ExpectedError = { ...failed, code: 'timed_out' };

/** Answers to a submit by their status alone: `err_code` in fal's own form, `http_status` as a gateway gives them. */
const byStatus: readonly (readonly ['err_code' | 'http_status', number, ExpectedError])[] = [
  ['err_code', 400, badRequest],
  ['err_code', 401, badKey],
  ['err_code', 403, noCredits],
  ['err_code', 404, modelGone],
  ['err_code', 422, badRequest],
  ['err_code', 429, tooManyCalls],
  ['err_code', 500, outcomeUnknown],
  ['err_code', 502, outcomeUnknown],
  // Its type says that no machine had begun.
  ['err_code', 503, unavailable],
  ['err_code', 504, outcomeUnknown],
  ['http_status', 400, badRequest],
  ['http_status', 401, badKey],
  ['http_status', 403, notForThisAccount],
  ['http_status', 404, modelGone],
  ['http_status', 413, badFile],
  ['http_status', 429, tooManyCalls],
  ['http_status', 500, outcomeUnknown],
  ['http_status', 502, outcomeUnknown],
  ['http_status', 503, outcomeUnknown],
  ['http_status', 504, outcomeUnknown],
];

export const pikaRefusals: readonly RefusalSample[] = byStatus.map(([action, value, error]) =>
  refusalOf(`${value} of ${action === 'err_code' ? 'fal' : 'a gateway'}`, action, value, error),
);

export const pikaUploadRefusals: readonly ReadFailureSample[] = [
  { name: '401', action: 'err_code', value: 401, error: badKey },
  { name: '403 without balance', action: 'err_code', value: 403, error: noCredits },
  { name: 'HTTP 413', action: 'http_status', value: 413, error: badFile },
  { name: 'HTTP 429', action: 'http_status', value: 429, error: tooManyCalls },
  { name: 'HTTP 502', action: 'http_status', value: 502, error: unavailable },
  { name: 'garbage', action: 'garbage', error: failed },
  { name: 'a broken connection', action: 'drop_before_accept', error: unavailable },
];

export const pikaReadFailures: readonly ReadFailureSample[] = [
  { name: '401', action: 'err_code', value: 401, error: badKey },
  { name: '404', action: 'err_code', value: 404, error: missingJob },
  { name: '500', action: 'err_code', value: 500, error: unavailable },
  { name: 'HTTP 429', action: 'http_status', value: 429, error: tooManyCalls },
  { name: 'HTTP 502', action: 'http_status', value: 502, error: unavailable },
  { name: 'HTTP 503', action: 'http_status', value: 503, error: unavailable },
  { name: 'HTTP 504', action: 'http_status', value: 504, error: tooSlow },
  ...unreadableAnswers,
];
