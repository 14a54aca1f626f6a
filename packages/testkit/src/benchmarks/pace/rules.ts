import { emptyPace, learn, nextCheckMs, summariseDurations } from '@pixsim7/core';
import type { DurationStatistics, Pace, SeenEnd } from '@pixsim7/core';

const second = 1_000;

/** A rule for the time of the next look, with all that it has learned so far. */
export interface Rule {
  /** @returns milliseconds until the next look at an attempt that was accepted so long ago */
  next(elapsedMs: number): number;
  learn(end: SeenEnd): Rule;
}

/** Today's pace. 1 s between two looks unless a provider asks for more. */
export function learnedPace(fastestMs = second, pace: Pace = emptyPace()): Rule {
  return {
    next: (elapsedMs) => nextCheckMs(pace, elapsedMs, { fastestMs, slowestMs: 30 * second }),
    learn: (end) => learnedPace(fastestMs, learn(pace, end)),
  };
}

/** One look every so many milliseconds. */
export function fixedPace(everyMs: number): Rule {
  const rule: Rule = { next: () => everyMs, learn: () => rule };
  return rule;
}

/**
 * The pace before decision 0055, to compare with: looks at 0.4 and 0.8 of the median of the last 50, a tenth of it apart around
 * it, then a tenth of the time spent apart; within 3 and 30 s. Of a model that is expected to take 1 to 2 minutes.
 */
export function paceByMedian(samplesS: readonly number[] = []): Rule {
  const durations = summariseDurations(samplesS, { low: 60, high: 120 });
  return {
    next: (elapsedMs) => byMedianS(elapsedMs / second, durations) * second,
    learn: ({ doneAtMs }) => paceByMedian([...samplesS.slice(-49), doneAtMs / second]),
  };
}

function byMedianS(elapsedS: number, { medianS, slowS }: DurationStatistics): number {
  const clamp = (seconds: number): number => Math.min(30, Math.max(3, seconds));
  const earlyLookS = [0.4, 0.8].map((share) => medianS * share).find((lookS) => elapsedS < lookS);
  if (earlyLookS !== undefined) {
    return clamp(earlyLookS - elapsedS);
  }
  return clamp((elapsedS <= slowS ? medianS : elapsedS) * 0.1);
}
