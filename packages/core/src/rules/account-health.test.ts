import { describe, expect, it } from 'vitest';
import type { JobId, SubmissionId } from '@pixsim7/contracts';
import { buildAccount } from '@pixsim7/testkit/builders';
import type { AccountBreaker, AccountRow } from '../model/index.ts';
import { accountHealth } from './account-health.ts';

const now = 1_000_000;
const breaker = (openUntil: number, trialId: SubmissionId | null = null): AccountBreaker => ({
  failures: ['a', 'b'].map((job) => ({ jobId: job as JobId, phase: 'submit' })),
  openings: 1,
  openUntil,
  trialId,
});

describe('accountHealth', () => {
  it.each<[string, Partial<AccountRow>, ReturnType<typeof accountHealth>]>([
    ['a sound account', {}, { status: 'active', reason: null, cooldownUntil: null }],
    [
      'a rest that the provider asked for',
      { status: 'cooldown', reason: 'Too many.', cooldownUntil: now + 1 },
      { status: 'cooldown', reason: 'Too many.', cooldownUntil: now + 1 },
    ],
    [
      'a rest that is over, without any write',
      { status: 'cooldown', reason: 'Too many.', cooldownUntil: now },
      { status: 'active', reason: null, cooldownUntil: null },
    ],
    [
      'an open breaker',
      { breaker: breaker(now + 9) },
      {
        status: 'cooldown',
        reason: '2 jobs in a row failed at the provider; then one is tried.',
        cooldownUntil: now + 9,
      },
    ],
    [
      'the longer of two rests',
      { status: 'cooldown', reason: 'Too many.', cooldownUntil: now + 10, breaker: breaker(now + 9) },
      { status: 'cooldown', reason: 'Too many.', cooldownUntil: now + 10 },
    ],
    [
      'a half-open breaker',
      { breaker: breaker(now) },
      {
        status: 'active',
        reason: 'Several jobs in a row failed at the provider; the next one is a trial.',
        cooldownUntil: null,
      },
    ],
    [
      'a trial under way',
      { breaker: breaker(now, 'trial' as SubmissionId) },
      {
        status: 'active',
        reason: 'Several jobs in a row failed at the provider; one is being tried.',
        cooldownUntil: null,
      },
    ],
    [
      'the graver reason of two',
      { status: 'disabled', reason: 'Wrong key.', breaker: breaker(now + 9) },
      { status: 'disabled', reason: 'Wrong key.', cooldownUntil: null },
    ],
    [
      'no credits',
      { status: 'exhausted', reason: 'Empty.' },
      { status: 'exhausted', reason: 'Empty.', cooldownUntil: null },
    ],
  ])('%s', (_, changes, expected) => {
    expect(accountHealth(buildAccount(changes), now)).toEqual(expected);
  });
});
