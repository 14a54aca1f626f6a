import { describe, expect, it } from 'vitest';
import { createBench } from '@pixsim7/testkit/bench';
import { buildSubmission, buildId } from '@pixsim7/testkit/builders';
import type { SubmissionRow } from '../model/index.ts';
import {
  afterLook,
  evidenceLooksNeeded,
  isFetchHopeless,
  isGoneForGood,
  isOverdue,
  isPastRetention,
  lastUnfinishedAt,
  nextLookAt,
  notFoundConfirmationMs,
  notFoundRawStatus,
  unansweredEndsAt,
} from './following.ts';
import { emptyPace } from './pace.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const acceptedAt = Date.UTC(2026, 0, 1);
const behaviour = {
  ...createBench().provider.manifest.behaviour,
  deadline_s: 3_600,
  output_retention_s: null,
};

function attempt(changes: Partial<SubmissionRow> = {}): SubmissionRow {
  const parents = { jobId: buildId('job'), accountId: buildId('account') };
  return buildSubmission(parents, { state: 'accepted', acceptedAt, ...changes });
}

/** Looks at an attempt at a pace, until a time or until it is overdue. */
function lookAtPace(
  submission: SubmissionRow,
  from: number,
  until: number,
  paceMs: number,
  status: 'processing' | 'pending' = 'processing',
): { submission: SubmissionRow; at: number } {
  let current = submission;
  let at = from;
  for (; at < until && !isOverdue(current, behaviour); at += paceMs) {
    current = { ...current, ...afterLook(current, status, behaviour, at) };
  }
  return { submission: current, at };
}

describe('watched time', () => {
  it('costs no write in the first minutes', () => {
    for (let at = acceptedAt; at < acceptedAt + 5 * minute; at += 10_000) {
      expect(afterLook(attempt(), 'processing', behaviour, at)).toBeNull();
    }
  });

  it('is written down some ten times before a deadline of an hour', () => {
    let current = attempt();
    let writes = 0;
    for (let at = acceptedAt; at < acceptedAt + hour; at += 30_000) {
      const watched = afterLook(current, 'processing', behaviour, at);
      if (watched !== null) {
        writes += 1;
      }
      current = { ...current, ...watched };
    }
    expect(writes).toBeGreaterThanOrEqual(5);
    expect(writes).toBeLessThanOrEqual(12);
    expect(current.watchedMs).toBeGreaterThan(50 * minute);
  });

  it('makes an attempt overdue soon after the deadline, by several answers', () => {
    const { submission, at } = lookAtPace(attempt(), acceptedAt, acceptedAt + 3 * hour, 30_000);
    expect(submission.evidenceLooks).toBe(evidenceLooksNeeded);
    expect(at - acceptedAt).toBeGreaterThan(hour);
    expect(at - acceptedAt).toBeLessThan(1.3 * hour);
  });

  it('does not grow while nobody looks', () => {
    const before = lookAtPace(attempt(), acceptedAt, acceptedAt + 10 * minute, 30_000).submission;
    const asleep = { ...before, ...afterLook(before, 'processing', behaviour, acceptedAt + 9 * hour) };
    expect(asleep.watchedMs).toBe(before.watchedMs);
    expect(asleep.lookedAt).toBe(acceptedAt + 9 * hour);
    const { at } = lookAtPace(asleep, acceptedAt + 9 * hour, acceptedAt + 20 * hour, 30_000);
    expect(at).toBeGreaterThan(acceptedAt + 9 * hour + 50 * minute);
  });

  it('does not grow while the job waits in the line of its provider', () => {
    const { submission } = lookAtPace(attempt(), acceptedAt, acceptedAt + 10 * hour, 30_000, 'pending');
    expect(submission.watchedMs).toBe(0);
    expect(isOverdue(submission, behaviour)).toBe(false);
  });

  it('starts anew after a clock was set back', () => {
    const looked = attempt({ lookedAt: acceptedAt + hour, watchedMs: 10 * minute });
    expect(afterLook(looked, 'processing', behaviour, acceptedAt)).toEqual({
      lookedAt: acceptedAt,
      watchedMs: 10 * minute,
      evidenceLooks: 0,
    });
  });

  it('is counted past the deadline too, at the slower pace, and not over a clock that was set forward', () => {
    const late = attempt({ state: 'timed_out', watchedMs: hour, lookedAt: acceptedAt + hour });
    const after = (gapMs: number) => afterLook(late, 'processing', behaviour, acceptedAt + hour + gapMs);
    expect(after(15 * minute)).toMatchObject({ watchedMs: hour + 15 * minute });
    expect(after(day)).toMatchObject({ watchedMs: hour, lookedAt: acceptedAt + hour + day });
  });
});

describe('the end of following', () => {
  const late = attempt({ state: 'timed_out' });

  it('is a week after the deadline where nothing is published, or what the provider publishes', () => {
    const now = acceptedAt + 100 * day;
    const watched = (watchedMs: number) => attempt({ state: 'timed_out', watchedMs });
    expect(isPastRetention(watched(hour + 7 * day - 1), behaviour, true, now)).toBe(false);
    expect(isPastRetention(watched(hour + 7 * day), behaviour, true, now)).toBe(true);
    const published = { ...behaviour, output_retention_s: 86_400 };
    expect(isPastRetention(watched(hour + day), published, true, now)).toBe(true);
  });

  it('never comes to a running attempt by time alone', () => {
    expect(isPastRetention(attempt(), behaviour, true, acceptedAt + 100 * day)).toBe(false);
  });

  it('comes a month later where nobody can be asked', () => {
    expect(isPastRetention(late, behaviour, false, acceptedAt + 8 * day)).toBe(false);
    expect(isPastRetention(attempt(), behaviour, false, acceptedAt + 37 * day)).toBe(false);
    expect(isPastRetention(attempt(), behaviour, false, acceptedAt + 38 * day)).toBe(true);
  });

  it('is looked for slower and slower', () => {
    const pace = (ageMs: number): number =>
      nextLookAt(late, emptyPace(), behaviour, acceptedAt + ageMs) - acceptedAt - ageMs;
    expect([pace(0), pace(hour), pace(2 * hour), pace(day)]).toEqual([
      minute,
      6 * minute,
      12 * minute,
      15 * minute,
    ]);
  });
});

describe('isGoneForGood', () => {
  const now = acceptedAt + hour;
  it.each([
    ['often and long enough', notFoundRawStatus, now - notFoundConfirmationMs, 2, true],
    ['not long enough', notFoundRawStatus, now - notFoundConfirmationMs + 1, 2, false],
    ['only twice, although a clock says that it was long ago', notFoundRawStatus, now - hour, 1, false],
    ['for the first time', 'running', now - notFoundConfirmationMs, 2, false],
    ['without ever having been looked at', null, null, 0, false],
  ])('when it is not known %s', (_, lastRawStatus, lastObservedAt, evidenceLooks, expected) => {
    expect(isGoneForGood(attempt({ lastRawStatus, lastObservedAt, evidenceLooks }), now)).toBe(expected);
  });
});

describe('isFetchHopeless', () => {
  const finished = attempt({ state: 'succeeded', finishedAt: acceptedAt });
  it.each([
    ['many tries and a long time', 100, 7 * day, true],
    ['a long time with few tries, as after a sleep', 3, 70 * day, false],
    ['many tries in a short time', 500, 6 * day, false],
  ])('after %s', (_, tries, ageMs, expected) => {
    expect(isFetchHopeless({ ...finished, tries }, behaviour, acceptedAt + ageMs)).toBe(expected);
  });
});

describe('the last time at which an attempt was unfinished', () => {
  it.each([
    ['its acceptance, when nobody looked', {}, null, 0],
    ['the last look of this process', { lastObservedAt: acceptedAt + 2_000 }, 9_000, 9_000],
    ['the last look with news, after a restart', { lastObservedAt: acceptedAt + 2_000 }, null, 2_000],
    ['the last look that counted for the deadline', { lookedAt: acceptedAt + 300_000 }, null, 300_000],
    [
      'no look at which the provider did not know it',
      { lastObservedAt: acceptedAt + 2_000, lastRawStatus: notFoundRawStatus },
      null,
      0,
    ],
  ])('is %s', (_, changes, seenAfterMs, expected) => {
    const seenAt = seenAfterMs === null ? null : acceptedAt + seenAfterMs;
    expect(lastUnfinishedAt(attempt(changes), seenAt)).toBe(acceptedAt + expected);
  });
});

describe('an unanswered request of a job that nobody wants', () => {
  const sentAt = acceptedAt;
  const endsAt = sentAt + hour;

  it('is over when a job would be', () => {
    expect(unansweredEndsAt({ sentAt, dueAt: sentAt + minute }, behaviour, sentAt + minute)).toBe(endsAt);
    expect(unansweredEndsAt({ sentAt, dueAt: endsAt }, behaviour, endsAt)).toBe(endsAt);
    expect(unansweredEndsAt({ sentAt, dueAt: null }, behaviour, endsAt + day)).toBe(endsAt);
  });

  it('waits for news of it when nothing ran at its end, and then is over', () => {
    const awake = endsAt + 3 * hour;
    const next = unansweredEndsAt({ sentAt, dueAt: endsAt }, behaviour, awake);
    expect(next).toBe(awake + 10 * minute);
    expect(unansweredEndsAt({ sentAt, dueAt: next }, behaviour, next)).toBe(endsAt);
  });
});
