import { providerErrorClasses } from '@pixsim7/contracts';
import { describe, expect, it } from 'vitest';
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
