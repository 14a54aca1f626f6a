import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { providerErrorClasses, videoStatuses } from '@pixsim7/contracts';
import type { AccountId, ProviderErrorClass } from '@pixsim7/contracts';
import type { ProviderCallErrorRecord } from '@pixsim7/providers/contract';
import { answers, createFakeProvider, refusals } from '@pixsim7/testkit/bench';
import { buildId, buildSubmission } from '@pixsim7/testkit/builders';
import {
  decideAfterRejection,
  decideCheck,
  decideSubmit,
  isCertainRejection,
  jobErrorOf,
  maxRejections,
  ownJobError,
  withCharge,
} from './outcomes.ts';
import { leaseMs } from './pacing.ts';

const parents = { jobId: buildId('job'), accountId: buildId('account') };
const now = 1_000_000;
const record: ProviderCallErrorRecord = refusals.unavailable().toRecord();
const classes = Object.keys(providerErrorClasses) as ProviderErrorClass[];

describe('decideSubmit', () => {
  const idempotent = createFakeProvider({ idempotency: 'token', idempotency_window_s: 60 }).manifest
    .behaviour;
  const forgetful = createFakeProvider({ idempotency: 'none', idempotency_window_s: null }).manifest
    .behaviour;
  const sent = (sentAt: number) => buildSubmission(parents, { sentAt, dueAt: now });

  it.each([idempotent, forgetful])('lets the first send go to every provider', (behaviour) => {
    const unsent = buildSubmission(parents, { sentAt: null, dueAt: now + 1 });
    expect(decideSubmit(unsent, behaviour, now)).toEqual({ kind: 'send', sentBefore: false });
  });

  it('waits until a sent request is due', () => {
    const submission = buildSubmission(parents, { sentAt: now - 1, dueAt: now + 1 });
    expect(decideSubmit(submission, idempotent, now)).toEqual({ kind: 'not_due', until: now + 1 });
  });

  it('sends again inside the window of the token, with a lease of room, and never after', () => {
    const closesAt = 60_000 - leaseMs;
    expect(decideSubmit(sent(now - closesAt + 1), idempotent, now)).toEqual({
      kind: 'send',
      sentBefore: true,
    });
    expect(decideSubmit(sent(now - closesAt), idempotent, now)).toMatchObject({ kind: 'needs_attention' });
  });

  it('sends again for ever where the token never expires', () => {
    const behaviour = { ...idempotent, idempotency_window_s: null };
    expect(decideSubmit(sent(0), behaviour, 1e12)).toEqual({ kind: 'send', sentBefore: true });
  });

  it('never sends again without an idempotent token, whatever the time', () => {
    fc.assert(
      fc.property(fc.nat(1e9), fc.nat(1e9), (sentAt, later) => {
        const submission = buildSubmission(parents, { sentAt, dueAt: sentAt });
        expect(decideSubmit(submission, forgetful, sentAt + later).kind).toBe('needs_attention');
      }),
    );
  });
});

describe('isCertainRejection', () => {
  it.each(classes)('believes a %s to a first send', (errorClass) => {
    expect(isCertainRejection({ ...record, class: errorClass }, false)).toBe(true);
  });

  it('believes after an unanswered send only what looked at the request itself', () => {
    expect(
      classes.filter((errorClass) => isCertainRejection({ ...record, class: errorClass }, true)),
    ).toEqual(['JobNotFoundError', 'InvalidRequestError', 'ContentFilteredError']);
  });
});

/** So many rejections by one account. */
function rejectedBy(account: string, count: number, error: ProviderCallErrorRecord) {
  return Array.from({ length: count }, () => ({ accountId: account as AccountId, error }));
}

describe('decideAfterRejection', () => {
  it.each([
    ['never', 1, null, { kind: 'fail', error: jobErrorOf(record) }],
    ['other_account', 1, 90, { kind: 'wait', until: now }],
    ['later', 1, null, { kind: 'wait', until: now + 2_000 }],
    ['later', 3, null, { kind: 'wait', until: now + 8_000 }],
    ['later', 1, 90, { kind: 'wait', until: now + 90_000 }],
    ['later', 3, 1, { kind: 'wait', until: now + 8_000 }],
  ] as const)('with advice %s, rejection %i, retry after %s', (retry, rejections, retryAfterS, expected) => {
    const error = { ...record, retry };
    const decision = decideAfterRejection(error, rejectedBy('one', rejections, error), retryAfterS, now);
    expect(decision).toMatchObject(expected.kind === 'fail' ? { kind: 'fail' } : expected);
  });

  it.each(['never', 'later', 'other_account'] as const)(
    'gives up at the bound, whatever the advice %s',
    (retry) => {
      const error = { ...record, retry };
      const decision = decideAfterRejection(error, rejectedBy('one', maxRejections, error), null, now);
      expect(decision).toEqual({ kind: 'fail', error: jobErrorOf(error) });
    },
  );
});

describe('a job that account after account refuses', () => {
  const error: ProviderCallErrorRecord = { ...record, retry: 'other_account', message: 'No credits.' };
  const refusedBy = (...accounts: string[]) => accounts.flatMap((account) => rejectedBy(account, 1, error));

  it.each([
    ['one account', refusedBy('one')],
    ['one account again and again', refusedBy('one', 'one', 'one', 'one')],
    ['two accounts', refusedBy('one', 'two', 'one')],
    [
      'two accounts, after a third that was only overloaded',
      [...rejectedBy('three', 1, { ...error, retry: 'later' }), ...refusedBy('one', 'two')],
    ],
  ])('is tried elsewhere after %s', (_, rejected) => {
    expect(decideAfterRejection(error, rejected, null, now)).toEqual({ kind: 'wait', until: now });
  });

  it('fails with the evidence after the third, because the fault may be its own', () => {
    expect(decideAfterRejection(error, refusedBy('one', 'two', 'three'), null, now)).toEqual({
      kind: 'fail',
      error: { ...jobErrorOf(error), message: '3 accounts refused this; the last one: No credits.' },
    });
  });
});

describe('decideCheck', () => {
  const running = buildSubmission(parents, { state: 'accepted', lastRawStatus: 'running', progress: 0.5 });

  it.each([
    ['completed with an output', answers.completed(), 'succeeded'],
    ['failed', answers.ended('failed', null), 'failed'],
    ['filtered', answers.ended('filtered', null), 'filtered'],
    ['cancelled', answers.ended('cancelled', null), 'cancelled'],
    ['the same again', answers.processing({ progress: 0.5 }), 'no_news'],
    ['a little progress', answers.processing({ progress: 0.54 }), 'no_news'],
    ['worthwhile progress', answers.processing({ progress: 0.56 }), 'observed'],
    ['another place in the queue', answers.processing({ progress: 0.5, queuePosition: 3 }), 'observed'],
    ['another word for the same', answers.processing({ progress: 0.5, rawStatus: 'rendering' }), 'observed'],
    ['an unknown word', answers.processing({ status: null, rawStatus: '42' }), 'observed'],
    ['done without an output', answers.completed('', { outputs: [] }), 'observed'],
  ])('%s: %3$s', (_, result, kind) => {
    expect(decideCheck(running, result)).toEqual({ kind });
  });

  it('takes an unknown status, or success without an output, for no end, whatever else is said', () => {
    const anyStatus = fc.constantFrom(...videoStatuses, null);
    fc.assert(
      fc.property(
        anyStatus,
        fc.string(),
        fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
        (status, raw, progress) => {
          const { kind } = decideCheck(
            running,
            answers.processing({ status, rawStatus: raw, progress, outputs: [] }),
          );
          const goesOn = kind === 'no_news' || kind === 'observed';
          expect(goesOn).toBe(status !== 'failed' && status !== 'filtered' && status !== 'cancelled');
        },
      ),
    );
  });

  it('has no news when nothing new was said since it was written down', () => {
    const submission = buildSubmission(parents, {
      lastRawStatus: 'done',
      progress: null,
      queuePosition: null,
    });
    expect(decideCheck(submission, answers.completed('', { outputs: [] }))).toEqual({ kind: 'no_news' });
  });
});

describe('errors of jobs', () => {
  it('keeps what a person can use of a provider error, and not the words of the provider', () => {
    const error = { ...refusals.moderatedInput().toRecord(), providerMessage: 'blocked', providerCode: '7' };
    expect(jobErrorOf(error)).toEqual({
      code: 'input_moderated',
      class: 'ContentFilteredError',
      message: 'The prompt is refused.',
      http_status: 451,
      retryable: false,
      charged: 'no',
    });
  });

  it.each(['later', 'other_account'] as const)('may be retried when the advice is %s', (retry) => {
    expect(jobErrorOf({ ...record, retry }).retryable).toBe(true);
  });

  it('has errors of its own for what no provider reported', () => {
    expect(ownJobError('timed_out', 'Too late.', 'unknown')).toEqual({
      code: 'timed_out',
      class: 'ProviderError',
      message: 'Too late.',
      http_status: 500,
      retryable: true,
      retry_may_pay_twice: true,
      charged: 'unknown',
    });
    expect(ownJobError('internal', 'Our mistake.', 'no').retryable).toBe(false);
  });

  it('says that a retry may pay twice exactly when it may', () => {
    const error = ownJobError('timed_out', 'Too late.', 'unknown');
    expect(withCharge(error, 'yes')).toHaveProperty('retry_may_pay_twice', true);
    expect(withCharge(error, 'no')).not.toHaveProperty('retry_may_pay_twice');
    expect(ownJobError('internal', 'Our mistake.', 'unknown')).not.toHaveProperty('retry_may_pay_twice');
  });
});
