import { expectedErrors, refusalOf, unreadableAnswers } from './expected-errors.ts';
import type { EndingSample, ExpectedError, ReadFailureSample, RefusalSample } from './provider-under-test.ts';

// The error tables of the Runway API (errors before a task exists, and failure codes of a task), with what each row has to
// mean for a job and its account. Written down a second time on purpose: the adapter's own table must not be what it is
// measured by.

const {
  badKey,
  badRequest,
  badFile,
  notForThisAccount,
  missingInput,
  missingJob,
  moderatedInput,
  moderatedOutput,
  noCredits,
  tooManyCalls,
  unavailable,
  failed,
  outcomeUnknown,
} = expectedErrors;

const errorByStatus: readonly (readonly [status: number, error: ExpectedError])[] = [
  [400, badRequest],
  [401, badKey],
  [403, notForThisAccount],
  [404, missingInput],
  [405, { ...badRequest, code: 'internal' }],
  [413, badRequest],
  [422, badRequest],
  [429, tooManyCalls],
  [408, outcomeUnknown],
  [500, outcomeUnknown],
  [502, outcomeUnknown],
  [503, outcomeUnknown],
  [504, outcomeUnknown],
];

export const runwayRefusals: readonly RefusalSample[] = [
  ...errorByStatus.map(([value, error]) => refusalOf(`HTTP ${value} in JSON`, 'err_code', value, error)),
  ...errorByStatus.map(([value, error]) =>
    refusalOf(`HTTP ${value} in plain text`, 'http_status', value, error),
  ),
  {
    name: 'HTTP 400, known as "no credits" by its words alone',
    action: 'prompt',
    prompt: 'a boat [credits]',
    outcome: 'rejected',
    error: noCredits,
  },
  {
    name: 'HTTP 429 of the daily limit',
    action: 'prompt',
    prompt: 'a boat [daily]',
    outcome: 'rejected',
    error: { ...tooManyCalls, retry: 'other_account' },
  },
  {
    name: 'HTTP 503 of the load shedder',
    action: 'prompt',
    prompt: 'a boat [unavailable]',
    outcome: 'unknown',
    error: outcomeUnknown,
  },
];

export const runwayUploadRefusals: readonly ReadFailureSample[] = [
  { name: 'HTTP 400', action: 'err_code', value: 400, error: badRequest },
  { name: 'HTTP 401', action: 'err_code', value: 401, error: badKey },
  { name: 'HTTP 413', action: 'http_status', value: 413, error: badFile },
  { name: 'HTTP 429', action: 'http_status', value: 429, error: tooManyCalls },
  { name: 'HTTP 500', action: 'http_status', value: 500, error: unavailable },
  { name: 'garbage', action: 'garbage', error: failed },
  { name: 'a broken connection', action: 'drop_before_accept', error: unavailable },
];

export const runwayReadFailures: readonly ReadFailureSample[] = [
  { name: 'HTTP 401', action: 'err_code', value: 401, error: badKey },
  { name: 'HTTP 404', action: 'err_code', value: 404, error: missingJob },
  { name: 'HTTP 429', action: 'http_status', value: 429, error: tooManyCalls },
  { name: 'HTTP 500', action: 'http_status', value: 500, error: unavailable },
  { name: 'HTTP 502', action: 'http_status', value: 502, error: unavailable },
  { name: 'HTTP 503', action: 'http_status', value: 503, error: unavailable },
  { name: 'HTTP 504', action: 'http_status', value: 504, error: unavailable },
  ...unreadableAnswers,
];

const noReason: ExpectedError = { ...failed, retry: 'never' };

type Charged = EndingSample['error']['charged'];

/** `charged` twice: by the `cost` of the task, and by what is usual where the task names none. */
const endingByCode: readonly (readonly [
  code: string,
  status: EndingSample['status'],
  error: ExpectedError,
  byCost: Charged,
  withoutCost: Charged,
])[] = [
  ['SAFETY.INPUT.TEXT', 'filtered', moderatedInput, 'yes', 'yes'],
  ['SAFETY.INPUT.IMAGE', 'filtered', moderatedInput, 'yes', 'yes'],
  ['SAFETY.OUTPUT.VIDEO', 'filtered', moderatedOutput, 'yes', 'unknown'],
  ['INPUT_PREPROCESSING.SAFETY.TEXT', 'filtered', moderatedInput, 'no', 'unknown'],
  ['INPUT_PREPROCESSING.INTERNAL', 'failed', failed, 'no', 'unknown'],
  ['ASSET.INVALID', 'failed', badFile, 'no', 'unknown'],
  ['INTERNAL.BAD_OUTPUT.CODE01', 'failed', failed, 'no', 'unknown'],
  ['INTERNAL', 'failed', failed, 'no', 'unknown'],
  ['THIRD_PARTY.UNAVAILABLE', 'failed', unavailable, 'no', 'unknown'],
  ['none', 'failed', noReason, 'no', 'unknown'],
  ['SOMETHING.NEW', 'failed', noReason, 'no', 'unknown'],
];

export const runwayEndings: readonly EndingSample[] = endingByCode.flatMap(
  ([code, status, error, byCost, withoutCost]): EndingSample[] => [
    {
      name: code,
      params: { prompt: `a boat [fail:${code}]` },
      status,
      error: { ...error, charged: byCost },
    },
    {
      name: `${code} without a cost`,
      params: { prompt: `a boat [fail:${code}] [no-cost]` },
      status,
      error: { ...error, charged: withoutCost },
    },
  ],
);
