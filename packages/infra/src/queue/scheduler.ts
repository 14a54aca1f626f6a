import type { Instant, System } from '@pixsim7/core';

/** The clocks of a queue. Injected, so a test decides when time passes. */
export interface Scheduler {
  /** The clock of the installation, which offers go by. It never goes back. */
  now(): Instant;
  /** The clock of the machine, which BullMQ goes by. Anybody can set it. */
  wallTime(): Instant;
  /** Calls once after the delay; the returned function takes that back. */
  after(delayMs: number, call: () => void): () => void;
}

/** Timers of this process. */
export const processTimers: Pick<Scheduler, 'after'> = {
  after: (delayMs, call) => {
    const timer = setTimeout(call, delayMs);
    return () => clearTimeout(timer);
  },
};

/** Timers of this process with the clocks of an installation. */
export function createScheduler({ now, wallTime }: Pick<System, 'now' | 'wallTime'>): Scheduler {
  return { now, wallTime, ...processTimers };
}

/**
 * No timer is set for longer. A delay above 2^31 - 1 ms would fire at once, and a minute is also how late a step can
 * be after the machine slept.
 */
export const longestTimerMs = 60_000;
