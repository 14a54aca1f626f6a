import type { Instant } from '@pixsim7/core';

/**
 * The clock of the machine on which every process and the database run. People set it forward and back, and the machine
 * sleeps. True time, that of the providers and of the scheduler, knows nothing of it.
 */
export class MachineClock {
  readonly #trueTime: () => Instant;
  #offset = 0;
  #sleptMs = 0;

  constructor(trueTime: () => Instant) {
    this.#trueTime = trueTime;
  }

  wallTime(): Instant {
    return this.#trueTime() + this.#offset;
  }

  /** Stands still while the machine sleeps, as the monotonic clock of Linux does. */
  monotonic(): number {
    return this.#trueTime() - this.#sleptMs;
  }

  set(byMs: number): void {
    this.#offset += byMs;
  }

  sleep(forMs: number): void {
    this.#sleptMs += forMs;
  }
}
