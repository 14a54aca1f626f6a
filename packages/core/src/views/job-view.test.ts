import { describe, expect, it } from 'vitest';
import { buildCreditEntry, buildId, buildJob, buildSubmission, builtAt } from '@pixsim7/testkit/builders';
import type { CreditEntryRow, JobRow, SubmissionRow } from '../model/index.ts';
import { moneyOfLedger } from '../rules/job-money.ts';
import { viewCredits, viewJob, viewWait } from './job-view.ts';

const accountId = buildId('account');
const processing = buildJob({ status: 'processing', startedAt: builtAt });
const durations = { count: 9, medianS: 40, slowS: 100, basis: 'history' } as const;

const progressOf = (submission: Partial<SubmissionRow>, job: Partial<JobRow> = {}, elapsedMs = 50_000) => {
  const attempt = buildSubmission({ jobId: processing.id, accountId }, { state: 'accepted', ...submission });
  const facts = {
    submissions: [attempt],
    credits: [],
    assets: [],
    queuePosition: null,
    durations,
    creditValueUsd: null,
  };
  return viewJob({ ...facts, job: { ...processing, ...job } }, builtAt + elapsedMs).progress;
};

describe('progress', () => {
  it('is the word of the provider where there is one', () => {
    expect(progressOf({ acceptedAt: builtAt, progress: 0.3, queuePosition: 2 })).toEqual({
      kind: 'provider',
      ratio: 0.3,
      elapsed_s: 50,
      queue_position: 2,
    });
  });

  it('is an estimate by like jobs otherwise, and says so', () => {
    expect(progressOf({ acceptedAt: builtAt })).toEqual({
      kind: 'estimate',
      ratio: 0.5,
      elapsed_s: 50,
      low_s: 40,
      high_s: 100,
    });
  });

  it('never claims the end by itself', () => {
    expect(progressOf({ acceptedAt: builtAt }, {}, 10_000_000).ratio).toBe(0.95);
  });

  it('has no ratio before the provider took it, or while the file is fetched', () => {
    expect(progressOf({ acceptedAt: null })).toEqual({ kind: 'none', elapsed_s: 50, low_s: 40, high_s: 100 });
    expect(progressOf({ acceptedAt: builtAt, state: 'succeeded' })).toEqual({ kind: 'none', elapsed_s: 50 });
  });

  it('stands still when the job is over', () => {
    const completedAt = builtAt + 30_000;
    expect(progressOf({ state: 'stored' }, { status: 'completed', completedAt })).toEqual({
      kind: 'none',
      ratio: 1,
      elapsed_s: 30,
    });
    expect(progressOf({ state: 'failed' }, { status: 'failed', completedAt })).toEqual({
      kind: 'none',
      elapsed_s: 30,
    });
  });

  it('has not begun while the job waits', () => {
    expect(progressOf({}, { status: 'pending', startedAt: null })).toEqual({ kind: 'none', elapsed_s: 0 });
  });
});

describe('credits', () => {
  const attempts = [1, 2].map(() => buildSubmission({ jobId: processing.id, accountId }));
  const entry = (attempt: number, kind: CreditEntryRow['kind'], amount: number | null): CreditEntryRow =>
    buildCreditEntry(attempts[attempt] ?? buildSubmission({ jobId: processing.id, accountId }), {
      kind,
      amount,
    });
  const over = buildJob({ status: 'completed', completedAt: builtAt, quotedCredits: 45 });

  it.each<[string, JobRow, CreditEntryRow[], number, number | null]>([
    ['nothing yet', buildJob(), [], 0, null],
    ['an open hold', processing, [entry(0, 'hold', 45)], 45, null],
    ['a settled attempt', over, [entry(0, 'hold', 45), entry(0, 'settle', 40)], 0, 40],
    ['a released attempt', over, [entry(0, 'hold', 45), entry(0, 'release', 0)], 0, 0],
    [
      'two attempts',
      over,
      [entry(0, 'hold', 45), entry(0, 'release', 0), entry(1, 'hold', 45), entry(1, 'settle', 45)],
      0,
      45,
    ],
    ['an unknown charge', over, [entry(0, 'hold', 45), entry(0, 'settle', null)], 0, null],
    ['a cancelled job that still runs', over, [entry(0, 'hold', 45)], 45, null],
    ['a job that never ran', over, [], 0, 0],
  ])('of %s', (_, job, entries, held, charged) => {
    const credits = { quoted: 45, held, charged, unit: 'credits' };
    expect(viewCredits(job, moneyOfLedger(entries), null)).toEqual({ ...credits, cost_usd: null });
    const isOpen = job.completedAt === null || held > 0;
    const inCredits = isOpen ? 45 : charged;
    const costUsd = inCredits === null ? null : inCredits / 100;
    expect(viewCredits(job, moneyOfLedger(entries), 0.01)).toEqual({ ...credits, cost_usd: costUsd });
  });
});

describe('place in line', () => {
  const waiting = buildJob({ waitReason: 'slot', waitDetail: 'Waits for a free slot.' });

  it.each([
    [null, {}],
    [1, { position: 1 }],
    [1_000, { position: 1_000 }],
    [1_001, { position_at_least: 1_001 }],
  ])('of %s is shown as %j', (place, shown) => {
    expect(viewWait(waiting, place)).toEqual({
      reason: 'slot',
      detail: 'Waits for a free slot.',
      ...shown,
    });
  });
});
