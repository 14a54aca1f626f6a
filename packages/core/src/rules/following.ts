import type { ProviderBehaviour } from '@pixsim7/contracts';
import type { VideoStatusResult } from '@pixsim7/providers/contract';
import type { Instant, SubmissionRow } from '../model/index.ts';
import type { Pace } from './pace.ts';
import { nextCheckAt } from './pacing.ts';

/*
 * These rules decide how long an attempt is followed. A provider that gave us a job id has been paid, so an attempt ends
 * with an answer from the provider, never because a clock says so: a laptop that slept, an outage of ours or of the
 * provider, and a clock that jumped all look like time that passed.
 */

const second = 1_000;
const minute = 60 * second;
const day = 24 * 60 * minute;

/** One answer can be a mistake of the provider. This many in a row are believed. */
export const evidenceLooksNeeded = 3;

/** A provider that does not know a job must say so for this long: a fresh job may not be visible everywhere yet. */
export const notFoundConfirmationMs = 2 * minute;

/** The raw status under which "the provider does not know this job" is observed. */
export const notFoundRawStatus = 'not_found';

/** Assumed for a provider that does not publish how long it keeps results. */
const assumedRetentionMs = 7 * day;

/** An attempt that nobody can ask about, because its credentials are refused for good, is given up this much later. */
const unreadableMs = 30 * day;

/** Watched time is written down in steps, so a look at a short job writes nothing. */
const firstWatchStepMs = 5 * minute;

/** A provider is asked at least this often while its job counts as running, so a longer gap is time without a look. */
const longestWatchedGapMs = 2 * minute;

/** A due time that is noticed this much later passed while nothing ran here. */
const missedMs = minute;

/** Providers send news again for minutes, so it comes this soon after a machine woke up. */
const newsPatienceMs = 10 * minute;

/** Pace of the looks at an attempt past its deadline: a tenth of its age, between these. */
const shortestLatePaceMs = minute;
const longestLatePaceMs = 15 * minute;

/** The time that the provider keeps its results, in milliseconds. */
function retentionMs({ output_retention_s: published }: ProviderBehaviour): number {
  return published === null ? assumedRetentionMs : published * second;
}

type Watched = Pick<SubmissionRow, 'watchedMs' | 'lookedAt' | 'evidenceLooks'>;

/**
 * The watched time after an answered look that brought no end; null when it is not worth writing down yet.
 *
 * @param status what the provider said
 */
export function afterLook(
  submission: SubmissionRow,
  status: VideoStatusResult['status'],
  behaviour: ProviderBehaviour,
  now: Instant,
): Watched | null {
  if (submission.state !== 'accepted' && submission.state !== 'timed_out') {
    return null;
  }
  const isFollowed = submission.state === 'timed_out';
  const since = submission.lookedAt ?? submission.acceptedAt ?? now;
  const gapMs = now - since;
  const isPastDeadline = submission.watchedMs >= behaviour.deadline_s * second;
  // Past the deadline each look is evidence, and one a minute is enough.
  const stepMs = isPastDeadline ? minute : Math.max(firstWatchStepMs, submission.watchedMs / 8);
  // A clock that was set back: start to measure again.
  if (gapMs < 0) {
    return { ...watchOf(submission), lookedAt: now };
  }
  if (gapMs < stepMs) {
    return null;
  }
  // A provider that has not begun makes nobody wait for a rendering. Its line is as long as it is.
  const isRendering = status !== 'pending';
  const isWatched = gapMs <= (isFollowed ? longestLatePaceMs : stepMs) + longestWatchedGapMs;
  return {
    lookedAt: now,
    watchedMs: submission.watchedMs + (isRendering && isWatched ? gapMs : 0),
    evidenceLooks: isFollowed
      ? submission.evidenceLooks
      : isPastDeadline && isRendering
        ? submission.evidenceLooks + 1
        : 0,
  };
}

function watchOf({ watchedMs, lookedAt, evidenceLooks }: SubmissionRow): Watched {
  return { watchedMs, lookedAt, evidenceLooks };
}

/**
 * The end of an unanswered request of a job that nobody wants any more. Its provider cannot be asked, but may send news of it,
 * for as long as a job may run. When that time passed while nothing ran here, the news may be on its way.
 */
export function unansweredEndsAt(
  { sentAt, dueAt }: Pick<SubmissionRow, 'sentAt' | 'dueAt'>,
  behaviour: ProviderBehaviour,
  now: Instant,
): Instant {
  const endsAt = (sentAt ?? now) + behaviour.deadline_s * second;
  const wasMissed = dueAt !== null && now - dueAt > missedMs;
  return wasMissed ? Math.max(endsAt, now + newsPatienceMs) : endsAt;
}

/** Whether a job that still renders has used up the time that its provider allows, by evidence. */
export function isOverdue(submission: SubmissionRow, behaviour: ProviderBehaviour): boolean {
  return (
    submission.state === 'accepted' &&
    submission.watchedMs >= behaviour.deadline_s * second &&
    submission.evidenceLooks >= evidenceLooksNeeded
  );
}

/**
 * Whether nothing can be expected of an attempt any more, because the provider has had it for longer than it keeps what
 * it makes.
 *
 * While it answers, only watched time counts: a clock that was set forward must not end it.
 *
 * @param answered whether the provider was just asked and answered; what cannot be read is waited for much longer
 */
export function isPastRetention(
  submission: SubmissionRow,
  behaviour: ProviderBehaviour,
  answered: boolean,
  now: Instant,
): boolean {
  const ageMs = now - (submission.acceptedAt ?? now);
  // It may be made at the very deadline.
  const keptMs = behaviour.deadline_s * second + retentionMs(behaviour);
  // A running attempt has its deadline; time in which nobody looked must not end it instead of that.
  if (answered) {
    return submission.state === 'timed_out' && submission.watchedMs >= keptMs;
  }
  return ageMs >= keptMs + unreadableMs;
}

/** Whether the provider has said often and long enough that it does not know the job. This look is one of them. */
export function isGoneForGood(submission: SubmissionRow, now: Instant): boolean {
  return (
    submission.lastRawStatus === notFoundRawStatus &&
    submission.lastObservedAt !== null &&
    submission.evidenceLooks + 1 >= evidenceLooksNeeded &&
    now - submission.lastObservedAt >= notFoundConfirmationMs
  );
}

/**
 * The last time at which an attempt is known to have been unfinished; its acceptance when nobody looked since.
 *
 * @param seenAt the last look of this process, if it has had one; the row knows of the looks with news
 */
export function lastUnfinishedAt(
  submission: Pick<SubmissionRow, 'acceptedAt' | 'lastObservedAt' | 'lastRawStatus' | 'lookedAt'>,
  seenAt: Instant | null,
): Instant | null {
  const { acceptedAt, lastObservedAt, lastRawStatus, lookedAt } = submission;
  const observedAt = lastRawStatus === notFoundRawStatus ? null : lastObservedAt;
  const known = [acceptedAt, observedAt, lookedAt, seenAt].filter((at) => at !== null);
  return known.length === 0 ? null : Math.max(...known);
}

/** The time of the next question about an attempt: by the pace while it runs, slower and slower past its deadline. */
export function nextLookAt(
  submission: SubmissionRow,
  pace: Pace,
  behaviour: ProviderBehaviour,
  now: Instant,
): Instant {
  const acceptedAt = submission.acceptedAt ?? now;
  if (submission.state !== 'timed_out') {
    return nextCheckAt(now, acceptedAt, pace, behaviour);
  }
  const paceMs = Math.max(0, now - acceptedAt) / 10;
  return now + Math.min(longestLatePaceMs, Math.max(shortestLatePaceMs, paceMs));
}

/** A fetch that failed this often is given up, when the time below has passed as well. */
const enoughFetches = 100;

/**
 * Whether the file of a finished attempt is given up. It was paid for, so it takes both: many tries, and more time than
 * the provider keeps it. Time in which nobody tried, because the machine slept, is no try.
 */
export function isFetchHopeless(
  submission: SubmissionRow,
  behaviour: ProviderBehaviour,
  now: Instant,
): boolean {
  const sinceMs = now - (submission.finishedAt ?? now);
  return submission.tries >= enoughFetches && sinceMs >= Math.max(day, retentionMs(behaviour));
}
