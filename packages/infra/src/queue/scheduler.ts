import type { Instant } from '@pixsim7/core';

/** The clock of a queue. Injected, so that a test decides when time passes. */
export interface Scheduler {
  now(): Instant;
  /** Calls once after the delay; the returned function takes that back. */
  after(delayMs: number, call: () => void): () => void;
}

export const realScheduler: Scheduler = {
  now: () => Date.now(),
  after: (delayMs, call) => {
    const timer = setTimeout(call, delayMs);
    return () => clearTimeout(timer);
  },
};

/**
 * No timer is set for longer. A delay above 2^31 - 1 ms would fire at once, and a minute is also how late a step can
 * be after the wall clock was set forward or the machine slept.
 */
export const longestTimerMs = 60_000;
