import { describe, expect, it } from 'vitest';
import { FalConnectionError, FalRefusalError, FalUnreadableAnswerError } from './call-errors.ts';
import { readFailure } from './failure.ts';
import { endedError, missingKey, translateError } from './translate-error.ts';

const failure = (status: number, body: unknown = {}, headers: Record<string, string> = {}) =>
  readFailure(status, new Headers(headers), body, (text) => text);
const refusal = (...given: Parameters<typeof failure>) => new FalRefusalError(failure(...given));
const list = (type: string, msg = '') => ({ detail: [{ loc: ['body'], msg, type }] });

describe('a refused submit', () => {
  it.each<[string, FalRefusalError, string, string, string, string]>([
    ['400', refusal(400), 'InvalidRequestError', 'provider_rejected', 'never', 'none'],
    ['401', refusal(401), 'AuthenticationError', 'credentials_invalid', 'other_account', 'disabled'],
    [
      '403 exhausted',
      refusal(403, { detail: 'User is locked. Reason: Exhausted balance. Top up.' }),
      'QuotaExceededError',
      'insufficient_credits',
      'other_account',
      'exhausted',
    ],
    [
      '403 TOP_UP',
      refusal(403, { detail: 'TOP_UP' }),
      'QuotaExceededError',
      'insufficient_credits',
      'other_account',
      'exhausted',
    ],
    [
      '403 locked',
      refusal(403, { detail: 'User is locked. Reason: Admin lock.' }),
      'AuthenticationError',
      'account_unavailable',
      'other_account',
      'disabled',
    ],
    [
      '403 else',
      refusal(403, { detail: 'no' }),
      'InvalidRequestError',
      'provider_rejected',
      'other_account',
      'none',
    ],
    ['404', refusal(404), 'InvalidRequestError', 'provider_rejected', 'other_provider', 'none'],
    ['429', refusal(429), 'RateLimitError', 'rate_limited', 'later', 'cooldown'],
    ['418', refusal(418), 'ProviderError', 'provider_failed', 'never', 'none'],
    [
      '503 before anything began',
      refusal(503, { error_type: 'runner_scheduling_failure' }),
      'ProviderUnavailableError',
      'provider_unavailable',
      'later',
      'none',
    ],
  ])('%s', (_, error, errorClass, code, retry, accountEffect) => {
    expect(translateError(error, 'submit', 'Clip')).toMatchObject({
      class: errorClass,
      code,
      retry,
      accountEffect,
      charged: 'no',
    });
  });

  it.each([
    refusal(500),
    refusal(502),
    refusal(503),
    refusal(503, { error_type: 'runner_disconnected' }),
    refusal(503, { error_type: 'runner_connection_timeout' }),
    refusal(504),
    refusal(408),
    new FalUnreadableAnswerError('no id'),
    new FalConnectionError('reset', false, null),
  ])('is not known to be one where it may have been taken: %s', (error) => {
    expect(translateError(error, 'submit', 'Clip')).toMatchObject({
      code: 'outcome_unknown',
      retry: 'never',
      charged: 'unknown',
      cause: error,
    });
  });

  it('is certain where nothing has left', () => {
    expect(translateError(new FalConnectionError('refused', true, null), 'submit', 'Clip')).toMatchObject({
      class: 'ProviderUnavailableError',
      code: 'provider_unavailable',
      charged: 'no',
    });
  });

  it('keeps how long fal asked to wait', () => {
    const error = refusal(429, {}, { 'retry-after': '9' });
    expect(translateError(error, 'submit', 'Clip').retryAfterSeconds).toBe(9);
  });
});

describe('a read that failed', () => {
  it('costs nothing and may be tried again', () => {
    for (const error of [
      refusal(500),
      refusal(502),
      refusal(503),
      new FalConnectionError('x', false, null),
    ]) {
      expect(translateError(error, 'read', 'Clip')).toMatchObject({
        class: 'ProviderUnavailableError',
        retry: 'later',
        charged: 'no',
      });
    }
    expect(translateError(new FalUnreadableAnswerError('x'), 'read', 'Clip')).toMatchObject({
      class: 'ProviderError',
      retry: 'later',
    });
  });

  it('takes 404 for the request and not for the model', () => {
    expect(translateError(refusal(404), 'read', 'Clip')).toMatchObject({
      class: 'JobNotFoundError',
      code: 'provider_job_not_found',
    });
    expect(translateError(refusal(404), 'upload', 'Clip').class).toBe('InvalidRequestError');
  });
});

/** Every type of the documented tables, as what a request ended with. */
const invalid = ['InvalidRequestError', 'provider_rejected', 'never'] as const;
const badFile = ['InvalidRequestError', 'input_rejected', 'other_provider'] as const;
const unavailable = ['ProviderUnavailableError', 'provider_unavailable', 'later'] as const;
const late = ['ProviderError', 'timed_out', 'later'] as const;

describe('a request that ended without a video', () => {
  it.each<readonly [number, string, string, string, string]>([
    ...['missing', 'value_error', 'value_error.missing', 'type_error.integer', 'literal_error'].map(
      (type) => [422, type, ...invalid] as const,
    ),
    ...['greater_than', 'greater_than_equal', 'less_than', 'less_than_equal', 'multiple_of', 'one_of'].map(
      (type) => [422, type, ...invalid] as const,
    ),
    ...['sequence_too_long', 'sequence_too_short', 'feature_not_supported'].map(
      (type) => [422, type, ...invalid] as const,
    ),
    ...['file_too_large', 'image_too_small', 'image_too_large', 'image_load_error', 'invalid_archive'].map(
      (type) => [422, type, ...badFile] as const,
    ),
    ...['face_detection_error', 'unsupported_image_format', 'unsupported_video_format'].map(
      (type) => [422, type, ...badFile] as const,
    ),
    ...['unsupported_audio_format', 'video_duration_too_long', 'audio_duration_too_short'].map(
      (type) => [422, type, ...badFile] as const,
    ),
    [422, 'file_download_error', 'InvalidRequestError', 'provider_rejected', 'later'],
    [422, 'content_policy_violation', 'ContentFilteredError', 'input_moderated', 'never'],
    [422, 'no_media_generated', 'ContentFilteredError', 'output_moderated', 'later'],
    [422, 'generation_timeout', ...late],
    [504, 'generation_timeout', ...late],
    [504, 'request_timeout', ...late],
    [504, 'startup_timeout', ...late],
    [500, 'internal_server_error', ...unavailable],
    [500, 'internal_error', ...unavailable],
    [502, 'downstream_service_error', ...unavailable],
    [503, 'downstream_service_unavailable', ...unavailable],
    [503, 'runner_scheduling_failure', ...unavailable],
    [503, 'runner_connection_timeout', ...unavailable],
    [503, 'runner_connection_refused', ...unavailable],
    [503, 'runner_disconnected', ...unavailable],
    [422, 'a_type_of_tomorrow', ...invalid],
    [504, 'a_type_of_tomorrow', ...late],
    [503, 'a_type_of_tomorrow', ...unavailable],
  ])('%i %s is %s', (status, type, errorClass, code, retry) => {
    expect(endedError(failure(status, list(type)), 'Clip')).toMatchObject({
      class: errorClass,
      code,
      retry,
      accountEffect: 'none',
      // fal charges no 5xx; of a 422 it only says that it may.
      charged: status >= 500 ? 'no' : 'unknown',
      providerCode: type,
    });
  });

  it.each(['The generated video was flagged', 'Output was flagged by a content checker'])(
    'was refused for what it shows when fal says so: %s',
    (text) => {
      expect(endedError(failure(422, list('content_policy_violation', text)), 'Clip').code).toBe(
        'output_moderated',
      );
    },
  );

  it('by our own time limit is not tried again', () => {
    const user = failure(504, { error_type: 'request_timeout' }, { 'x-fal-request-timeout-type': 'user' });
    expect(endedError(user, 'Clip')).toMatchObject({ code: 'timed_out', retry: 'never' });
  });

  it('is not tried again when fal says that it would not help', () => {
    const told = (value: string) =>
      endedError(failure(422, list('no_media_generated'), { 'x-fal-retryable': value }), 'Clip').retry;
    expect([told('false'), told('true')]).toEqual(['never', 'later']);
  });

  it('cost nothing when the status names a failure of the queue, although that answer is a 200', () => {
    expect(endedError(failure(200, { error_type: 'request_timeout' }), 'Clip').charged).toBe('no');
    expect(endedError(failure(200, { error_type: 'missing' }), 'Clip').charged).toBe('unknown');
  });
});

describe('what people read', () => {
  it('names the provider and not the words of fal', () => {
    const error = endedError(failure(422, list('missing', 'their words')), 'Clip');
    expect(error.message).toContain('Clip');
    expect(error.message).not.toContain('their words');
    expect(error.providerMessage).toBe('their words');
    expect(missingKey('Clip')).toMatchObject({ class: 'AuthenticationError', charged: 'no' });
    expect(missingKey('Clip').message).toContain('Clip');
  });
});
