import { describe, expect, it } from 'vitest';
import type { SubmissionState } from '@pixsim7/contracts';
import { buildCreditEntry, buildId, buildSubmission } from '@pixsim7/testkit/builders';
import { moneyOfLedger, moneyUnknown, moneyWhileRunning, moneyWithoutResult } from './job-money.ts';

const jobId = buildId('job');
const accountId = buildId('account');
const job = { quotedCredits: 45 };
const attemptIn = (state: SubmissionState) => buildSubmission({ jobId, accountId }, { state });

/** The ledger of an attempt in each state that brings no result. */
const endings = { rejected: 'release', cancelled: 'release', gone: 'settle' } as const;

describe('the money of a job without a result', () => {
  it.each<[string, readonly SubmissionState[]]>([
    ['that never ran', []],
    ['that was refused', ['rejected']],
    ['that was refused twice', ['rejected', 'rejected']],
    ['that was never sent', ['cancelled']],
    ['of which nobody heard again', ['gone']],
    ['that was sent again after nobody had heard of it', ['gone', 'rejected']],
    ['that is at its provider', ['accepted']],
    ['that is at its provider for the second time', ['rejected', 'accepted']],
    ['that nobody answered for', ['unknown']],
    ['whose file is being fetched', ['succeeded']],
    ['that took too long', ['timed_out']],
  ])('%s is what its ledger says', (_, states) => {
    const attempts = states.map(attemptIn);
    const ledger = attempts.flatMap(({ id, state }) => {
      const owner = { id, accountId, jobId };
      const hold = buildCreditEntry(owner, { kind: 'hold', amount: 45 });
      if (!(state in endings)) {
        return [hold];
      }
      const kind = endings[state as keyof typeof endings];
      return [hold, buildCreditEntry(owner, { kind, amount: kind === 'release' ? 0 : null })];
    });
    const { held, isOpen, settled } = moneyOfLedger(ledger);
    // While an attempt is open, nothing is charged for sure, and what earlier ones cost is not asked for.
    expect(moneyWithoutResult(job, attempts)).toEqual({ held, isOpen, settled: isOpen ? null : settled });
  });
});

it('an attempt of unknown price holds nothing, and is open all the same', () => {
  expect(moneyWhileRunning({ quotedCredits: null })).toEqual({ held: 0, isOpen: true, settled: null });
});

it('an unknown charge is not nothing', () => {
  expect(moneyUnknown.settled).toBeNull();
});
