import { describe, expect, it } from 'vitest';
import { errorFrom, outcomeUnknown, translationsFor } from './error-translation.ts';

describe('translationsFor', () => {
  it.each(Object.entries(translationsFor('Somebody')))('%s speaks of the provider', (_, translation) => {
    expect(errorFrom(translation, { charged: 'no' }).message).toContain('Somebody');
  });
});

describe('errorFrom', () => {
  it('carries the row and the facts', () => {
    const facts = { charged: 'no', providerCode: 'HTTP 429', retryAfterSeconds: 7 } as const;
    expect(errorFrom(translationsFor('Somebody').tooManyCalls, facts)).toMatchObject({
      class: 'RateLimitError',
      code: 'rate_limited',
      retry: 'later',
      accountEffect: 'cooldown',
      ...facts,
    });
  });
});

describe('outcomeUnknown', () => {
  it.each([
    [true, 'ProviderError'],
    [false, 'ProviderUnavailableError'],
  ])('after an answer (%s) is a %s that nobody sends again', (sawAnswer, name) => {
    expect(outcomeUnknown('Somebody', sawAnswer, { providerCode: 'HTTP 500' })).toMatchObject({
      class: name,
      code: 'outcome_unknown',
      retry: 'never',
      charged: 'unknown',
      providerCode: 'HTTP 500',
    });
  });
});
