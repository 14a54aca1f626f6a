import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBench, handleOf } from './conformance-bench.ts';
import type { ConformanceBench } from './conformance-bench.ts';
import { expectedErrors } from './expected-errors.ts';
import { lockedAccount, modelGone, nothingMade, tooSlow, unreachableFile } from './pika-refusals.ts';
import { pikaUnderTest } from './pika-under-test.ts';
import type { ExpectedError } from './provider-under-test.ts';

const {
  badFile,
  badKey,
  badRequest,
  missingJob,
  moderatedInput,
  moderatedOutput,
  noCredits,
  notForThisAccount,
  outcomeUnknown,
  tooManyCalls,
  unavailable,
} = expectedErrors;

// Every row of fal's error tables by its type, over the wire: as the answer of a submit, and as the end of a request.

const badValues = [
  'missing',
  'value_error',
  'value_error.missing',
  'type_error.integer',
  'literal_error',
  'greater_than',
  'less_than_equal',
  'multiple_of',
  'one_of',
  'sequence_too_long',
  'sequence_too_short',
  'feature_not_supported',
];
const badFiles = [
  'file_too_large',
  'image_too_small',
  'image_too_large',
  'image_load_error',
  'face_detection_error',
  'unsupported_image_format',
  'unsupported_video_format',
  'unsupported_audio_format',
  'invalid_archive',
  'video_duration_too_long',
  'audio_duration_too_short',
];

type Row = readonly [status: number, type: string, error: ExpectedError];

const modelRows: readonly Row[] = [
  ...badValues.map((type): Row => [422, type, badRequest]),
  ...badFiles.map((type): Row => [422, type, badFile]),
  [422, 'file_download_error', unreachableFile],
  [422, 'content_policy_violation', moderatedInput],
  [422, 'no_media_generated', nothingMade],
  [422, 'generation_timeout', tooSlow],
  [422, 'plain', badRequest],
  [422, 'a_type_of_tomorrow', badRequest],
];

const submitRows: readonly Row[] = [
  [400, 'plain', badRequest],
  [401, 'plain', badKey],
  [403, 'exhausted', noCredits],
  [403, 'locked', lockedAccount],
  [403, 'plain', notForThisAccount],
  [404, 'plain', modelGone],
  [429, 'plain', tooManyCalls],
  ...modelRows,
  [503, 'runner_scheduling_failure', unavailable],
  [503, 'runner_connection_refused', unavailable],
  [503, 'downstream_service_unavailable', unavailable],
];

/** Answers that can stand between an accepted request and its id. */
const openRows: readonly Row[] = [
  [500, 'internal_server_error', outcomeUnknown],
  [500, 'internal_error', outcomeUnknown],
  [502, 'downstream_service_error', outcomeUnknown],
  [503, 'runner_connection_timeout', outcomeUnknown],
  [503, 'runner_disconnected', outcomeUnknown],
  [503, 'plain', outcomeUnknown],
  [504, 'request_timeout', outcomeUnknown],
  [504, 'startup_timeout', outcomeUnknown],
  [504, 'user_timeout', outcomeUnknown],
];

/** Types that a status names at the end of a request which no model answered. */
const statusRows: readonly (readonly [type: string, error: ExpectedError])[] = [
  ['request_timeout', tooSlow],
  ['startup_timeout', tooSlow],
  ['internal_server_error', unavailable],
  ['internal_error', unavailable],
  ['downstream_service_error', unavailable],
  ['downstream_service_unavailable', unavailable],
  ['runner_scheduling_failure', unavailable],
  ['runner_connection_timeout', unavailable],
  ['runner_connection_refused', unavailable],
  ['runner_disconnected', unavailable],
];

describe('the errors of fal', () => {
  let bench: ConformanceBench;
  beforeAll(async () => {
    bench = await createBench(pikaUnderTest);
  });
  afterAll(() => bench.emulator.close());

  const submit = (prompt: string) => bench.submit({ ...bench.simplest, params: { prompt } });

  async function endOf(prompt: string) {
    const submitted = await submit(prompt);
    return bench.untilEnd(submitted.account, handleOf(submitted));
  }

  it.each(submitRows)('a submit with %i %s is rejected', async (status, type, error) => {
    const submitted = await submit(`a boat [reply:${status}:${type}]`);
    expect(submitted.result).toMatchObject({ outcome: 'rejected', error: { ...error, charged: 'no' } });
    expect(await bench.generationsSince(submitted)).toBe(0);
  });

  it.each(openRows)('a submit with %i %s is not known to be rejected', async (status, type, error) => {
    const { result } = await submit(`a boat [reply:${status}:${type}]`);
    expect(result).toMatchObject({ outcome: 'unknown', error: { ...error, charged: 'unknown' } });
  });

  it.each(modelRows)('a request that ends with %i %s', async (status, type, error) => {
    const end = await endOf(`a boat [result:${status}:${type}]`);
    expect(end).toMatchObject({
      status: error.class === 'ContentFilteredError' ? 'filtered' : 'failed',
      outputs: [],
      error: { ...error, charged: 'unknown' },
    });
  });

  it.each(statusRows)('a request whose status names %s', async (type, error) => {
    expect(await endOf(`a boat [error:${type}]`)).toMatchObject({
      status: 'failed',
      error: { ...error, providerCode: type, charged: 'no' },
    });
  });

  it('a model that took too long, told by its own 504', async () => {
    expect(await endOf('a boat [result:504:generation_timeout]')).toMatchObject({
      status: 'failed',
      error: { ...tooSlow, charged: 'no' },
    });
  });

  it('a video that was refused, and a request that nobody knows', async () => {
    expect((await endOf('a boat [moderate]')).error).toMatchObject(moderatedOutput);
    const submitted = await submit('a boat');
    const stranger = bench.emulator.newAccount();
    await expect(bench.check(stranger, handleOf(submitted))).rejects.toMatchObject(missingJob);
  });
});
