import type { ClockReading, Instant } from '@pixsim7/core';

export interface ClockSources {
  /** The clock of the machine, which somebody can set. */
  readonly wallTime: () => Instant;
  /** Milliseconds since any fixed moment; never goes back. It may stand still while the machine sleeps. */
  readonly monotonic: () => number;
}

/** The part of a clock that a process needs. */
export interface SteadyClock {
  readonly now: () => Instant;
  readonly keepTime: (reading: ClockReading) => void;
  readonly hasJumped: () => boolean;
}

/** Clocks this close to each other are in step. */
const toleranceMs = 1_000;
/** A clock that was a day ahead was wrong; its times are not held on to. */
const longestHoldMs = 24 * 3_600_000;
/** The pace of a clock that is ahead: an hour is caught up in twenty. */
const slowPace = 0.95;

/**
 * A clock that never goes back. Between two readings it runs by the monotonic clock. When the clock of the machine was
 * set back it goes on from where it was, a little slower, instead of repeating an hour in which nothing would be due;
 * when the machine slept or its clock was set forward, it follows.
 */
export function createSteadyClock({ wallTime, monotonic }: ClockSources): SteadyClock {
  let anchor = { at: monotonic(), time: wallTime(), pace: 1 };
  /** Between the two clocks of the machine; it changes when somebody sets one, or when the machine slept. */
  let difference = wallTime() - monotonic();
  /** The time after the last jump forward, until the mark is known to be there. */
  let jumpedTo: Instant | null = null;

  /**
   * Follows a jump forward at once, without waiting for a reading: a request that is about to be sent again may have
   * been sent before the machine slept, outside of the time in which its provider recognises it.
   */
  const followJump = (): void => {
    const jumpMs = wallTime() - monotonic() - difference;
    if (Math.abs(jumpMs) <= toleranceMs) {
      return;
    }
    difference += jumpMs;
    if (jumpMs <= 0) {
      return;
    }
    anchor = { ...anchor, time: anchor.time + jumpMs };
    jumpedTo = Math.floor(paced());
  };
  const paced = (): number => anchor.time + (monotonic() - anchor.at) * anchor.pace;
  const exactly = (): number => {
    followJump();
    return paced();
  };
  return {
    now: () => Math.floor(exactly()),
    keepTime: ({ databaseTime, mark }) => {
      const isMarkCredible = mark - databaseTime <= longestHoldMs;
      const aheadMs = exactly() - databaseTime;
      const isWrong = aheadMs > longestHoldMs;
      const own = isWrong || aheadMs < -toleranceMs ? databaseTime : exactly();
      const time = isMarkCredible && mark - own > toleranceMs ? mark : own;
      const pace = time - databaseTime > toleranceMs ? slowPace : 1;
      anchor = { at: monotonic(), time, pace };
      // A jump that was taken back, because it was wrong, is none.
      if (jumpedTo !== null && (mark >= jumpedTo || time < jumpedTo)) {
        jumpedTo = null;
      }
    },
    hasJumped: () => {
      followJump();
      return jumpedTo !== null;
    },
  };
}
