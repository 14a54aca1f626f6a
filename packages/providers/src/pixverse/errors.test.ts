import { describe, expect, it } from 'vitest';
import {
  ERROR_CLASSES,
  ERROR_CODES,
  PixVerseAbortError,
  PixVerseAPIError,
  PixVerseConnectionError,
  PixVerseInputError,
  PixVerseResponseError,
  PixVerseTimeoutError,
  describeErrorCode,
} from '@pixsim7/pixverse';
import type { PixVerseErrorClass } from '@pixsim7/pixverse';
import type { CallKind } from '../contract/error-translation.ts';
import { missingApiKey, translateError } from './errors.ts';

const lost = { traceId: 't', mayHaveBeenProcessed: true };
const notSent = { traceId: 't', mayHaveBeenProcessed: false };

function refusal(facts: Partial<ConstructorParameters<typeof PixVerseAPIError>[0]>): PixVerseAPIError {
  const errCode = facts.errCode ?? null;
  return new PixVerseAPIError({
    ...notSent,
    errCode,
    class: errCode === null ? 'unknown' : describeErrorCode(errCode).class,
    retry: 'never',
    httpStatus: 200,
    providerMessage: 'their words',
    retryAfterMs: null,
    ...facts,
  });
}

/** Each row of the published error table: class, code, retry, effect on the account. */
const table: Readonly<Record<number, string>> = {
  10001: 'AuthenticationError credentials_invalid other_account disabled',
  10002: 'AuthenticationError credentials_invalid other_account disabled',
  10003: 'AuthenticationError credentials_invalid other_account disabled',
  10004: 'AuthenticationError credentials_invalid other_account disabled',
  10005: 'AuthenticationError credentials_invalid other_account disabled',
  99999: 'ProviderUnavailableError provider_unavailable later none',
  400001: 'JobNotFoundError input_unavailable never none',
  400011: 'InvalidRequestError provider_rejected never none',
  400012: 'AuthenticationError credentials_invalid other_account disabled',
  400013: 'InvalidRequestError provider_rejected never none',
  400017: 'InvalidRequestError provider_rejected never none',
  400018: 'InvalidRequestError provider_rejected never none',
  400019: 'InvalidRequestError provider_rejected never none',
  400032: 'JobNotFoundError input_unavailable never none',
  500008: 'JobNotFoundError input_unavailable never none',
  500020: 'InvalidRequestError provider_rejected other_account none',
  500030: 'InvalidRequestError input_rejected other_provider none',
  500031: 'InvalidRequestError input_rejected other_provider none',
  500032: 'InvalidRequestError input_rejected other_provider none',
  500033: 'InvalidRequestError input_rejected other_provider none',
  500041: 'ProviderUnavailableError provider_unavailable later none',
  500042: 'InvalidRequestError input_rejected other_provider none',
  500043: 'QuotaExceededError insufficient_credits other_account exhausted',
  500044: 'ConcurrencyLimitError concurrency_limit later cooldown',
  500047: 'InvalidRequestError input_rejected other_provider none',
  500052: 'ContentFilteredError input_moderated never none',
  500054: 'ContentFilteredError input_moderated never none',
  500060: 'QuotaExceededError insufficient_credits other_account none',
  500063: 'ContentFilteredError input_moderated never none',
  500064: 'JobNotFoundError input_unavailable never none',
  500069: 'ProviderUnavailableError provider_unavailable later none',
  500070: 'InvalidRequestError provider_rejected other_account none',
  500071: 'InvalidRequestError provider_rejected never none',
  500090: 'QuotaExceededError insufficient_credits other_account exhausted',
  500100: 'ProviderUnavailableError provider_unavailable later none',
  701002: 'InvalidRequestError input_rejected other_provider none',
  701003: 'InvalidRequestError input_rejected other_provider none',
  701020: 'InvalidRequestError provider_rejected never none',
};

describe('a refused upload', () => {
  it('is about the file: PixVerse has no code of its own for a video that it does not take', () => {
    const error = translateError(refusal({ errCode: 400017 }), 'upload');
    expect(error).toMatchObject({ code: 'input_rejected', retry: 'other_provider', charged: 'no' });
  });
});

describe('a refusal for certain', () => {
  it.each(ERROR_CODES.map(({ code }) => code))('%i is translated as the table says', (errCode) => {
    const error = translateError(refusal({ errCode }), 'submit');
    expect(`${error.class} ${error.code} ${error.retry} ${error.accountEffect}`).toBe(table[errCode]);
    expect(error).toMatchObject({
      charged: 'no',
      providerCode: String(errCode),
      providerMessage: 'their words',
    });
    expect(error.message).toMatch(/^[A-Z].*\.$/);
    expect(error.message).not.toContain('their words');
  });

  it.each<[PixVerseErrorClass, number, string]>([
    ['auth', 401, 'AuthenticationError'],
    ['quota', 402, 'QuotaExceededError'],
    ['permission', 403, 'InvalidRequestError'],
    ['rate_limit', 429, 'RateLimitError'],
    ['unknown', 418, 'ProviderError'],
  ])('an answer without a code is translated by its class: %s', (errorClass, httpStatus, name) => {
    const error = translateError(refusal({ class: errorClass, httpStatus }), 'submit');
    expect(error).toMatchObject({ class: name, providerCode: `HTTP ${httpStatus}`, charged: 'no' });
  });

  it('has a translation for each class of the SDK', () => {
    for (const errorClass of ERROR_CLASSES) {
      expect(translateError(refusal({ class: errorClass }), 'upload').charged).toBe('no');
    }
  });

  it('passes the wait on that the provider asks for, in whole seconds', () => {
    const error = translateError(
      refusal({ class: 'rate_limit', httpStatus: 429, retryAfterMs: 1_200 }),
      'submit',
    );
    expect(error).toMatchObject({ retryAfterSeconds: 2, accountEffect: 'cooldown', retry: 'later' });
  });

  it('tells a video that is not there from an input that is not there', () => {
    expect(translateError(refusal({ errCode: 500008 }), 'read').code).toBe('provider_job_not_found');
    expect(translateError(refusal({ errCode: 500008 }), 'submit').code).toBe('input_unavailable');
  });

  it('keeps the error of the SDK as its cause', () => {
    const cause = refusal({ errCode: 500090 });
    expect(translateError(cause, 'submit').cause).toBe(cause);
  });
});

describe('a submit without a usable answer', () => {
  it.each([
    ['connection', new PixVerseConnectionError(lost), 'ProviderUnavailableError'],
    ['time limit', new PixVerseTimeoutError(30_000, lost), 'ProviderUnavailableError'],
    ['abort', new PixVerseAbortError(lost), 'ProviderError'],
    [
      'garbage',
      new PixVerseResponseError('no envelope', { ...lost, httpStatus: 200, bodyExcerpt: '<html>' }),
      'ProviderError',
    ],
    ['HTTP 502', refusal({ ...lost, class: 'server', httpStatus: 502 }), 'ProviderError'],
    ['database error', refusal({ ...lost, errCode: 500100 }), 'ProviderError'],
    ['unknown error', refusal({ ...lost, errCode: 99999 }), 'ProviderError'],
  ])('%s: nobody knows what happened, and no new attempt is advised', (_, cause, name) => {
    expect(translateError(cause, 'submit')).toMatchObject({
      class: name,
      code: 'outcome_unknown',
      charged: 'unknown',
      retry: 'never',
      accountEffect: 'none',
    });
  });

  it('is a plain failure when nothing can have been sent', () => {
    expect(translateError(new PixVerseConnectionError(notSent), 'submit')).toMatchObject({
      code: 'provider_unavailable',
      charged: 'no',
      retry: 'later',
    });
    expect(translateError(new PixVerseInputError('not an id'), 'submit')).toMatchObject({
      class: 'InvalidRequestError',
      code: 'internal',
      charged: 'no',
    });
  });
});

describe('a call that costs nothing', () => {
  it.each<[CallKind]>([['read'], ['upload']])('%s: fails for now, whatever got lost', (kind) => {
    expect(translateError(new PixVerseTimeoutError(30_000, lost), kind)).toMatchObject({
      class: 'ProviderUnavailableError',
      retry: 'later',
      charged: 'no',
    });
    const garbage = new PixVerseResponseError('no envelope', { ...lost, httpStatus: 200, bodyExcerpt: '' });
    expect(translateError(garbage, kind)).toMatchObject({
      class: 'ProviderError',
      retry: 'later',
      charged: 'no',
    });
  });
});

it('an account without a key is an account with a wrong one', () => {
  expect(missingApiKey()).toMatchObject({
    class: 'AuthenticationError',
    accountEffect: 'disabled',
    charged: 'no',
  });
});
