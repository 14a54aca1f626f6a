import { describe, expect, it } from 'vitest';
import { AuthenticationError, ProviderError } from './errors.ts';
import { resultOfFailedSubmit } from './failed-submit.ts';

const details = {
  code: 'internal',
  message: 'told',
  retry: 'never',
  accountEffect: 'none',
  charged: 'no',
} as const;
const open = { ...details, code: 'outcome_unknown', charged: 'unknown' } as const;

describe('resultOfFailedSubmit', () => {
  it('tells a refusal for certain from an answer that leaves it open', () => {
    const refused = new AuthenticationError(details);
    expect(resultOfFailedSubmit(refused)).toEqual({ outcome: 'rejected', error: refused });
    const lost = new ProviderError(open);
    expect(resultOfFailedSubmit(lost, ({ code }) => `see ${code}`)).toEqual({
      outcome: 'unknown',
      evidence: 'see outcome_unknown',
      error: lost,
    });
  });

  it('has what was seen as its evidence, or else what is told', () => {
    const seen = new ProviderError({ ...open, cause: new Error('The connection broke.') });
    expect(resultOfFailedSubmit(seen)).toMatchObject({ evidence: 'The connection broke.' });
    expect(resultOfFailedSubmit(new ProviderError(open))).toMatchObject({ evidence: 'told' });
  });

  it('throws a mistake of ours', () => {
    const mistake = new TypeError('not for the provider to answer for');
    expect(() => resultOfFailedSubmit(mistake)).toThrow(mistake);
  });
});
