import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JobId, SubmissionId, SubmissionState } from '@pixsim7/contracts';
import { refusals } from '@pixsim7/testkit/bench';
import { buildAccount, buildId, buildSubmission } from '@pixsim7/testkit/builders';
import type { AccountBreaker } from '../model/index.ts';
import {
  afterSignal,
  breakerSignal,
  breakerState,
  closedBreaker,
  failuresToOpen,
  withAttempt,
} from './circuit-breaker.ts';
import type { BreakerSignal } from './circuit-breaker.ts';

const now = 1_000_000;
const trialId = 'trial' as SubmissionId;

const failed = (
  job: string,
  phase: 'submit' | 'generation' = 'submit',
  submissionId: string = `of ${job}`,
): BreakerSignal => ({
  kind: 'failed',
  phase,
  jobId: job as JobId,
  submissionId: submissionId as SubmissionId,
});

function after(signals: readonly BreakerSignal[], breaker: AccountBreaker = closedBreaker): AccountBreaker {
  return signals.reduce((state, signal) => afterSignal(state, signal, now), breaker);
}

const jobs = (count: number): string[] => Array.from({ length: count }, (_, index) => `job ${index}`);
const open = after(jobs(failuresToOpen).map((job) => failed(job)));
const trying: AccountBreaker = { ...open, openUntil: now - 1, trialId };

describe('breakerSignal', () => {
  const parents = { jobId: buildId('job'), accountId: buildId('account') };
  const says = (from: SubmissionState, to: SubmissionState, error: keyof typeof refusals | null = null) => {
    const signal = breakerSignal(buildSubmission(parents, { state: from }), {
      state: to,
      error: error === null ? null : refusals[error]().toRecord(),
    });
    return signal?.kind === 'failed' ? `failed ${signal.phase}` : (signal?.kind ?? null);
  };

  it.each([
    ['prepared', 'unknown', 'noAnswer', 'failed submit'],
    ['unknown', 'unknown', 'noAnswer', null],
    ['prepared', 'accepted', null, 'accepted'],
    ['unknown', 'accepted', null, 'accepted'],
    ['accepted', 'succeeded', null, 'succeeded'],
    ['succeeded', 'stored', null, null],
    ['succeeded', 'failed', null, null],
    ['accepted', 'failed', 'renderFailed', 'failed generation'],
    ['accepted', 'failed', null, 'failed generation'],
    ['accepted', 'failed', 'moderatedOutput', 'over'],
    ['accepted', 'filtered', 'moderatedOutput', 'over'],
    ['accepted', 'cancelled', null, 'over'],
    ['accepted', 'timed_out', null, 'failed generation'],
    ['accepted', 'gone', null, 'failed generation'],
    ['unknown', 'gone', null, 'over'],
    ['timed_out', 'gone', null, null],
    ['timed_out', 'succeeded', null, 'succeeded'],
    ['timed_out', 'failed', 'renderFailed', null],
    ['prepared', 'cancelled', null, 'over'],
    ['prepared', 'rejected', null, 'over'],
    ['prepared', 'rejected', 'unavailable', 'failed submit'],
    ['prepared', 'rejected', 'credentials', 'failed submit'],
    ['prepared', 'rejected', 'invalid', 'over'],
    ['prepared', 'rejected', 'moderatedInput', 'over'],
    ['prepared', 'rejected', 'noCredits', 'over'],
    ['prepared', 'rejected', 'tooMany', 'over'],
    ['prepared', 'rejected', 'rateLimit', 'over'],
  ] as const)('%s → %s with %s says %s', (from, to, error, expected) => {
    expect(says(from, to, error)).toBe(expected);
  });
});

describe('a closed breaker', () => {
  it('opens when enough different jobs failed in a row', () => {
    const almost = after(jobs(failuresToOpen - 1).map((job) => failed(job)));
    expect(breakerState(almost, now)).toBe('closed');
    expect(breakerState(after([failed('one more')], almost), now)).toBe('open');
  });

  it('stays closed however often one bad job fails', () => {
    const signals = Array.from({ length: 50 }, (_, attempt) =>
      failed('bad job', attempt % 2 === 0 ? 'submit' : 'generation', `attempt ${attempt}`),
    );
    expect(after(signals).failures).toHaveLength(1);
  });

  it('counts anew after a success', () => {
    const almost = after(jobs(failuresToOpen - 1).map((job) => failed(job, 'generation')));
    expect(after([{ kind: 'succeeded' }], almost)).toBe(closedBreaker);
  });

  it('takes an acceptance as the end of failing requests, and not of failing generations', () => {
    const mixed = after([failed('a', 'submit'), failed('b', 'generation'), { kind: 'accepted' }]);
    expect(mixed.failures).toEqual([{ jobId: 'b', phase: 'generation' }]);
    expect(after([failed('a', 'submit'), { kind: 'accepted' }])).toBe(closedBreaker);
  });

  it('is the same object when nothing is new, so that nothing is written', () => {
    const one = after([failed('a', 'generation')]);
    for (const signal of [
      failed('a'),
      { kind: 'accepted' },
      { kind: 'over', submissionId: trialId },
    ] as const) {
      expect(afterSignal(one, signal, now)).toBe(one);
    }
    expect(afterSignal(closedBreaker, { kind: 'succeeded' }, now)).toBe(closedBreaker);
  });
});

describe('an open breaker', () => {
  it('rests for half a minute at first, then is half open', () => {
    expect(open.openUntil).toBe(now + 30_000);
    expect(breakerState(open, now + 29_999)).toBe('open');
    expect(breakerState(open, now + 30_000)).toBe('half_open');
  });

  it('is not moved by attempts that were under way when it opened', () => {
    expect(after([failed('late'), failed('later', 'generation')], open)).toBe(open);
  });

  it('makes the next attempt after the rest its trial, and no attempt before', () => {
    const account = buildAccount({ breaker: open });
    expect(withAttempt(account, trialId, now)).toBe(account);
    const tried = withAttempt(account, trialId, now + 30_000);
    expect(tried.breaker.trialId).toBe(trialId);
    expect(breakerState(tried.breaker, now + 30_000)).toBe('trying');
    expect(withAttempt(tried, 'another' as SubmissionId, now + 30_000)).toBe(tried);
    expect(withAttempt(buildAccount(), trialId, now).breaker).toBe(closedBreaker);
  });

  it('rests twice as long after each trial that fails, up to a quarter of an hour', () => {
    let breaker = trying;
    const pauses: number[] = [];
    for (let trial = 0; trial < 7; trial += 1) {
      breaker = afterSignal(breaker, failed(`trial ${trial}`, 'submit', trialId), now);
      pauses.push(((breaker.openUntil ?? 0) - now) / 1_000);
      breaker = { ...breaker, trialId };
    }
    expect(pauses).toEqual([60, 120, 240, 480, 900, 900, 900]);
  });

  it('closes when the trial succeeds, or when an acceptance disproves all that it knows', () => {
    expect(after([{ kind: 'succeeded' }], trying)).toBe(closedBreaker);
    expect(after([{ kind: 'accepted' }], trying)).toBe(closedBreaker);
    const generations = after(jobs(failuresToOpen).map((job) => failed(job, 'generation')));
    expect(after([{ kind: 'accepted' }], { ...generations, trialId }).trialId).toBe(trialId);
  });

  it('takes the next trial when one ended for a reason of its job', () => {
    const untried = after([{ kind: 'over', submissionId: trialId }], trying);
    expect(breakerState(untried, now)).toBe('half_open');
    expect(after([{ kind: 'over', submissionId: 'another' as SubmissionId }], trying)).toBe(trying);
  });
});

describe('any history', () => {
  const signals = fc.array(
    fc.oneof(
      fc.constant<BreakerSignal>({ kind: 'accepted' }),
      fc.constant<BreakerSignal>({ kind: 'succeeded' }),
      fc.nat(9).map((job) => failed(`job ${job}`)),
      fc.nat(9).map((job) => failed(`job ${job}`, 'generation')),
    ),
  );

  it('has a bounded memory, no job twice, and opens only with enough of them', () => {
    fc.assert(
      fc.property(signals, (history) => {
        const { failures, openings } = after(history);
        expect(failures.length).toBeLessThanOrEqual(failuresToOpen);
        expect(new Set(failures.map(({ jobId }) => jobId)).size).toBe(failures.length);
        expect(openings > 0 || failures.length < failuresToOpen).toBe(true);
      }),
    );
  });

  it('ends closed with a success', () => {
    fc.assert(
      fc.property(signals, (history) => {
        expect(after([...history, { kind: 'succeeded' }])).toEqual(closedBreaker);
      }),
    );
  });
});
