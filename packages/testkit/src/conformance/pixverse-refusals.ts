import { expectedErrors, refusalOf, unreadableAnswers } from './expected-errors.ts';
import type { ExpectedError, ReadFailureSample, RefusalSample } from './provider-under-test.ts';

// The error table of the PixVerse API reference, with what each row has to mean for a job and its account. Written down a
// second time on purpose: the adapter's own table must not be what it is measured by.

const {
  badKey,
  badRequest,
  badFile,
  notForThisAccount,
  missingInput,
  missingJob,
  moderatedInput: moderated,
  noCredits,
  overLimit,
  tooManyCalls,
  unavailable,
  outcomeUnknown,
} = expectedErrors;

const errorByCode: readonly (readonly [code: number, meaning: string, error: ExpectedError])[] = [
  [10001, 'authentication failed', badKey],
  [10002, 'token expired', badKey],
  [10003, 'not logged in', badKey],
  [10004, 'key empty', badKey],
  [10005, 'logged in elsewhere', badKey],
  [99999, 'unknown error', outcomeUnknown],
  [400001, 'task not found', missingInput],
  [400011, 'parameter empty', badRequest],
  [400012, 'account not valid', badKey],
  [400013, 'binding error', badRequest],
  [400017, 'parameter not valid', badRequest],
  [400018, 'prompt too long', badRequest],
  [400019, 'negative prompt too long', badRequest],
  [400032, 'image id not valid', missingInput],
  [500008, 'data not found', missingInput],
  [500020, 'no permission', notForThisAccount],
  [500030, 'image too large', badFile],
  [500031, 'image unreadable', badFile],
  [500032, 'image format', badFile],
  [500033, 'image width or height', badFile],
  [500041, 'image upload failed', unavailable],
  [500042, 'image path', badFile],
  [500043, 'credits used up', noCredits],
  [500044, 'concurrency', overLimit],
  [500047, 'media not valid', badFile],
  [500052, 'image moderated at upload', moderated],
  [500054, 'image moderated', moderated],
  [500060, 'effects of the month used up', { ...noCredits, accountEffect: 'none' }],
  [500063, 'refused before generation', moderated],
  [500064, 'content deleted', missingInput],
  [500069, 'high load', unavailable],
  [500070, 'template not activated', notForThisAccount],
  [500071, 'effect without 720p', badRequest],
  [500090, 'balance too low', noCredits],
  [500100, 'database error', outcomeUnknown],
  [701002, 'no subject in the image', badFile],
  [701003, 'no person in the video', badFile],
  [701020, 'music not verified', badRequest],
  // Codes that no table has, by their family.
  [400999, 'a new code of the 4xxxxx family', badRequest],
  [500999, 'a new code of the 5xxxxx family', outcomeUnknown],
];

/** Answers without an error code, as gateways give them. */
const errorByStatus: readonly (readonly [status: number, error: ExpectedError])[] = [
  [400, badRequest],
  [401, badKey],
  [402, noCredits],
  [403, notForThisAccount],
  [413, badFile],
  [429, tooManyCalls],
  [500, outcomeUnknown],
  [502, outcomeUnknown],
  [503, outcomeUnknown],
  [504, outcomeUnknown],
];

export const pixverseRefusals: readonly RefusalSample[] = [
  ...errorByCode.map(([value, meaning, error]) => refusalOf(`${value} ${meaning}`, 'err_code', value, error)),
  ...errorByStatus.map(([value, error]) => refusalOf(`HTTP ${value}`, 'http_status', value, error)),
];

export const pixverseUploadRefusals: readonly ReadFailureSample[] = [
  { name: '500030 image too large', action: 'err_code', value: 500030, error: badFile },
  { name: '500032 image format', action: 'err_code', value: 500032, error: badFile },
  { name: '500041 image upload failed', action: 'err_code', value: 500041, error: unavailable },
  { name: '500052 image moderated', action: 'err_code', value: 500052, error: moderated },
  { name: '400012 account not valid', action: 'err_code', value: 400012, error: badKey },
  { name: 'HTTP 413', action: 'http_status', value: 413, error: badFile },
  { name: 'HTTP 502', action: 'http_status', value: 502, error: unavailable },
  { name: 'a broken connection', action: 'drop_before_accept', error: unavailable },
];

export const pixverseReadFailures: readonly ReadFailureSample[] = [
  { name: '500008 data not found', action: 'err_code', value: 500008, error: missingJob },
  { name: '500069 high load', action: 'err_code', value: 500069, error: unavailable },
  { name: '500100 database error', action: 'err_code', value: 500100, error: unavailable },
  { name: '400012 account not valid', action: 'err_code', value: 400012, error: badKey },
  { name: 'HTTP 429', action: 'http_status', value: 429, error: tooManyCalls },
  { name: 'HTTP 503', action: 'http_status', value: 503, error: unavailable },
  ...unreadableAnswers,
];
