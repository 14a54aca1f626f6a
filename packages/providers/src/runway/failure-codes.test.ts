import { describe, expect, it } from 'vitest';
import { readFailure } from './failure-codes.ts';

const failed = (failureCode: string | null | undefined, credits?: number) =>
  readFailure({
    id: 't',
    status: 'FAILED',
    failure: 'their words',
    ...(failureCode === undefined ? {} : { failureCode }),
    ...(credits === undefined ? {} : { cost: { credits } }),
  });

describe('readFailure', () => {
  it.each([
    ['SAFETY.INPUT.TEXT', 'filtered ContentFilteredError input_moderated never yes'],
    ['SAFETY.INPUT.IMAGE', 'filtered ContentFilteredError input_moderated never yes'],
    ['SAFETY.OUTPUT.VIDEO', 'filtered ContentFilteredError output_moderated never unknown'],
    ['INPUT_PREPROCESSING.SAFETY.TEXT', 'filtered ContentFilteredError input_moderated never unknown'],
    ['INPUT_PREPROCESSING.INTERNAL', 'failed ProviderError provider_failed later unknown'],
    ['ASSET.INVALID', 'failed InvalidRequestError input_rejected other_provider unknown'],
    ['INTERNAL.BAD_OUTPUT.CODE01', 'failed ProviderError provider_failed later unknown'],
    ['INTERNAL', 'failed ProviderError provider_failed later unknown'],
    ['THIRD_PARTY.UNAVAILABLE', 'failed ProviderUnavailableError provider_unavailable later unknown'],
    ['NOBODY.KNOWS', 'failed ProviderError provider_failed never unknown'],
    ['SAFETY', 'failed ProviderError provider_failed never unknown'],
    [null, 'failed ProviderError provider_failed never unknown'],
    [undefined, 'failed ProviderError provider_failed never unknown'],
  ])('%s is %s', (code, expected) => {
    const { status, error } = failed(code);
    expect(`${status} ${error.class} ${error.code} ${error.retry} ${error.charged}`).toBe(expected);
    expect(error).toMatchObject({ accountEffect: 'none', providerMessage: 'their words' });
    expect(error.providerCode).toBe(code ?? 'FAILED');
    expect(error.message).not.toContain('their words');
  });

  it.each([
    ['SAFETY.INPUT.TEXT', 0, 'no'],
    ['SAFETY.OUTPUT.VIDEO', 60, 'yes'],
    ['INTERNAL', 60, 'yes'],
    ['INTERNAL', 0, 'no'],
  ])('%s at a cost of %i was charged: %s, whatever is usual', (code, credits, charged) => {
    expect(failed(code, credits).error.charged).toBe(charged);
  });
});
