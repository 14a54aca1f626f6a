import { describe, expect, it } from 'vitest';
import {
  jobErrorCodes,
  problemSchema,
  problemTitles,
  providerErrorClasses,
  requestErrorCodes,
} from './problem.ts';

describe('problems', () => {
  it('have a title and an error status for every code', () => {
    expect(Object.keys(problemTitles).sort()).toEqual(Object.keys(requestErrorCodes).sort());
    for (const status of Object.values(requestErrorCodes)) {
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(600);
    }
    expect(new Set(Object.values(problemTitles)).size).toBe(Object.keys(problemTitles).length);
  });

  it('know the statuses of the provider contract', () => {
    expect(providerErrorClasses).toEqual({
      AuthenticationError: 401,
      QuotaExceededError: 402,
      JobNotFoundError: 404,
      InvalidRequestError: 422,
      RateLimitError: 429,
      ConcurrencyLimitError: 429,
      ContentFilteredError: 451,
      ProviderError: 500,
      ProviderUnavailableError: 503,
    });
  });

  it('name no job error twice', () => {
    expect(new Set(jobErrorCodes).size).toBe(jobErrorCodes.length);
  });

  it('have a code of the list', () => {
    const problem = {
      type: 'https://pixsim7.dev/errors/not_found',
      title: problemTitles.not_found,
      status: 404,
      code: 'not_found',
      detail: 'There is no job.',
      errors: [],
      retryable: false,
      charged: 'no',
      request_id: 'req_1',
    };
    expect(problemSchema.parse(problem)).toEqual(problem);
    expect(problemSchema.safeParse({ ...problem, code: 'oops' }).success).toBe(false);
  });
});
