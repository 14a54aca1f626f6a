import type { Instant } from '@pixsim7/core';
import type { Random } from './random.ts';

/** The owner of a timer: a process, which can be frozen or dead, or the outside world, which never is. */
export interface Waiter {
  readonly alive: boolean;
  readonly frozenUntil: Instant;
}

export const outsideWorld: Waiter = { alive: true, frozenUntil: 0 };

interface Wake {
  readonly at: Instant;
  readonly waiter: Waiter;
  readonly run: () => void;
}

/** The end of a stretch of the simulation. */
export type Stop = 'reached' | 'idle' | 'out_of_steps';

/**
 * Virtual time. Everything that takes time waits here; one waiter goes on at a time, chosen by chance among those whose
 * time has come, and the clock jumps when nobody's has. The code between two waits runs without interruption, so a
 * history depends on the seed alone.
 */
export class Scheduler {
  readonly #random: Random;
  #wakes: Wake[] = [];
  #now: Instant;
  #steps = 0;
  #busy = 0;

  constructor(random: Random, start: Instant) {
    this.#random = random;
    this.#now = start;
  }

  get now(): Instant {
    return this.#now;
  }

  /** Number of wakes so far: two equal readings say that nobody else ran in between. */
  get steps(): number {
    return this.#steps;
  }

  /** Never resolves when the waiter dies first: its code does not go on. */
  wait(waiter: Waiter, delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.after(waiter, delayMs, resolve);
    });
  }

  /** Returns the function that calls it off. */
  after(waiter: Waiter, delayMs: number, run: () => void): () => void {
    const wake: Wake = { at: this.#now + delayMs, waiter, run };
    this.#wakes.push(wake);
    return () => {
      this.#wakes = this.#wakes.filter((other) => other !== wake);
    };
  }

  /**
   * Work that takes real time, such as a query of a real database: virtual time and everybody else stand still until
   * it is done.
   */
  async standStillFor<Result>(work: Promise<Result>): Promise<Result> {
    this.#busy += 1;
    try {
      return await work;
    } finally {
      this.#busy -= 1;
    }
  }

  /** Runs until the condition holds between two wakes, until nothing waits, or for so many wakes. */
  async run(until: () => boolean, maxSteps: number): Promise<Stop> {
    for (let step = 0; step < maxSteps; step += 1) {
      await this.#settle();
      if (until()) {
        return 'reached';
      }
      const wake = this.#takeNext();
      if (wake === null) {
        return 'idle';
      }
      this.#steps += 1;
      wake.run();
    }
    await this.#settle();
    return until() ? 'reached' : 'out_of_steps';
  }

  /** The due times of everything that waits, to compare two schedules by. */
  describe(): string {
    return this.#wakes
      .filter(({ waiter }) => waiter.alive)
      .map((wake) => effectiveTime(wake))
      .sort((left, right) => left - right)
      .join(' ');
  }

  /** Lets every promise that can go on go on: immediates run when the microtask queue is empty. */
  async #settle(): Promise<void> {
    do {
      await new Promise<void>((resolve) => {
        setImmediate(resolve);
      });
    } while (this.#busy > 0);
  }

  #takeNext(): Wake | null {
    const living = this.#wakes.filter(({ waiter }) => waiter.alive);
    const earliest = Math.min(...living.map((wake) => effectiveTime(wake)));
    if (earliest > this.#now) {
      this.#now = Number.isFinite(earliest) ? earliest : this.#now;
    }
    const due = living.filter((wake) => effectiveTime(wake) <= this.#now);
    if (due.length === 0) {
      this.#wakes = living;
      return null;
    }
    const chosen = this.#random.pick(due);
    this.#wakes = living.filter((wake) => wake !== chosen);
    return chosen;
  }
}

function effectiveTime({ at, waiter }: Wake): Instant {
  return Math.max(at, waiter.frozenUntil);
}
