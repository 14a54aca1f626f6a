import { describe, expect, it } from 'vitest';
import { providerErrorClasses } from '@pixsim7/contracts';
import * as errors from './errors.ts';

const classes = [
  errors.AuthenticationError,
  errors.QuotaExceededError,
  errors.JobNotFoundError,
  errors.InvalidRequestError,
  errors.RateLimitError,
  errors.ConcurrencyLimitError,
  errors.ContentFilteredError,
  errors.ProviderError,
  errors.ProviderUnavailableError,
];

const details: errors.ProviderCallErrorDetails = {
  code: 'provider_failed',
  message: 'The provider could not make the video.',
  retry: 'later',
  accountEffect: 'none',
  charged: 'unknown',
};

describe('the error family', () => {
  it('has a class for every name of the vocabulary and no other', () => {
    expect(classes.map((ErrorClass) => new ErrorClass(details).class).sort()).toEqual(
      Object.keys(providerErrorClasses).sort(),
    );
  });

  it.each(classes)('%o carries its name and the status of our own API', (ErrorClass) => {
    const error = new ErrorClass(details);
    expect(error).toBeInstanceOf(errors.ProviderCallError);
    expect(error.name).toBe(error.class);
    expect(error.httpStatus).toBe(providerErrorClasses[error.class]);
    expect(error.message).toBe(details.message);
  });

  it('keeps the words of the provider and the cause apart from the message', () => {
    const cause = new Error('socket closed');
    const error = new errors.RateLimitError({
      ...details,
      providerCode: 'HTTP 429',
      providerMessage: 'slow down',
      retryAfterSeconds: 7,
      cause,
    });
    expect(error).toMatchObject({
      providerCode: 'HTTP 429',
      providerMessage: 'slow down',
      retryAfterSeconds: 7,
    });
    expect(error.cause).toBe(cause);
    expect(error.message).not.toContain('slow down');
  });

  it('bounds what the provider said, so that it can be stored and logged', () => {
    const error = new errors.RateLimitError({
      ...details,
      providerCode: 'c'.repeat(1_000_000),
      providerMessage: `\0\ud800${'m'.repeat(1_000_000)}`,
      retryAfterSeconds: 1e300,
    });
    expect(error.providerCode).toBe(`${'c'.repeat(99)}…`);
    expect(error.providerMessage).toBe(`\ufffd\ufffd${'m'.repeat(497)}…`);
    expect(error.retryAfterSeconds).toBe(86_400);
  });

  it.each([
    [Number.NaN, null],
    [Infinity, 86_400],
    [-5, 0],
  ])('takes a Retry-After of %d for %s', (retryAfterSeconds, kept) => {
    expect(new errors.RateLimitError({ ...details, retryAfterSeconds }).retryAfterSeconds).toBe(kept);
  });

  it('has null for what the provider did not say, and no cause of its own', () => {
    const error = new errors.ProviderError(details);
    expect(error).toMatchObject({ providerCode: null, providerMessage: null, retryAfterSeconds: null });
    expect('cause' in error).toBe(false);
  });

  it('makes a record that survives JSON and leaves the cause behind', () => {
    const record = new errors.QuotaExceededError({
      ...details,
      providerCode: '9',
      cause: new Error('x'),
    }).toRecord();
    expect(JSON.parse(JSON.stringify(record))).toEqual(record);
    expect(record).toEqual({
      class: 'QuotaExceededError',
      code: 'provider_failed',
      message: details.message,
      httpStatus: 402,
      retry: 'later',
      accountEffect: 'none',
      charged: 'unknown',
      providerCode: '9',
      providerMessage: null,
    });
  });
});
