import type { Instant } from '@pixsim7/core';
import type { Random } from './random.ts';
import { WakeList } from './wake-list.ts';
import type { Wake } from './wake-list.ts';

/** The owner of a timer: a process, which can be frozen or dead, or the outside world, which never is. */
export interface Waiter {
  readonly alive: boolean;
  readonly frozenUntil: Instant;
}

export const outsideWorld: Waiter = { alive: true, frozenUntil: 0 };

/** The end of a stretch of the simulation. */
export type Stop = 'reached' | 'idle' | 'out_of_steps';

/**
 * Virtual time. Everything that takes time waits here; one waiter goes on at a time, chosen by chance among those whose
 * time has come, and the clock jumps when nobody's has. The code between two waits runs without interruption, so a
 * history depends on the seed alone.
 */
export class Scheduler {
  readonly #random: Random;
  readonly #wakes = new Map<Waiter, WakeList>();
  #now: Instant;
  #asked = 0;
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
    const wakes = this.#wakes.get(waiter) ?? new WakeList();
    this.#wakes.set(waiter, wakes);
    this.#asked += 1;
    const wake: Wake = { at: this.#now + delayMs, order: this.#asked, run };
    wakes.add(wake);
    return () => wakes.remove(wake);
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
    return [...this.#wakes]
      .filter(([waiter]) => waiter.alive)
      .flatMap(([waiter, wakes]) => wakes.all().map(({ at }) => Math.max(at, waiter.frozenUntil)))
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
    let earliest = Infinity;
    for (const [waiter, wakes] of this.#wakes) {
      if (waiter.alive) {
        earliest = Math.min(earliest, Math.max(wakes.earliest(), waiter.frozenUntil));
      } else {
        this.#wakes.delete(waiter);
      }
    }
    if (earliest > this.#now) {
      this.#now = Number.isFinite(earliest) ? earliest : this.#now;
    }
    const due: DueWakes[] = [];
    for (const [waiter, wakes] of this.#wakes) {
      if (waiter.frozenUntil <= this.#now) {
        due.push({ wakes, list: wakes.due(this.#now), passed: 0 });
      }
    }
    const count = due.reduce((sum, { list }) => sum + list.length, 0);
    return count === 0 ? null : takeInOrder(due, this.#random.place(count));
  }
}

interface DueWakes {
  readonly wakes: WakeList;
  readonly list: readonly Wake[];
  passed: number;
}

/**
 * Takes the wake at a place in the order in which all of them were asked for. The lists are not merged: one of them can
 * be thousands long at each of thousands of steps.
 */
function takeInOrder(due: readonly DueWakes[], place: number): Wake | null {
  for (let index = 0; ; index += 1) {
    let next: Wake | undefined;
    let source: DueWakes | undefined;
    for (const candidate of due) {
      const wake = candidate.list[candidate.passed];
      if (wake !== undefined && wake.order < (next?.order ?? Infinity)) {
        next = wake;
        source = candidate;
      }
    }
    if (next === undefined || source === undefined) {
      return null;
    }
    if (index === place) {
      source.wakes.remove(next);
      return next;
    }
    source.passed += 1;
  }
}
