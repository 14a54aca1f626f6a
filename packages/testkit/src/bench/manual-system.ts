import { createIdentifierFactory } from '@pixsim7/contracts';
import type { Instant, System } from '@pixsim7/core';
import { builtAt } from '../builders/rows.ts';

interface Interval {
  readonly everyMs: number;
  readonly call: () => void;
  nextAt: Instant;
}

/** A clock that moves when the test says so, ids that sort by their making, and tokens that count. */
export class ManualSystem implements System {
  /** Moves the clock by this much at every look at it, as a real one moves between two statements. */
  tickMs = 0;
  /** Says that the clock has jumped, until a reading comes. */
  jumped = false;
  readonly createId: System['createId'];
  readonly #intervals = new Set<Interval>();
  #now: Instant = builtAt;
  #made = 0;
  #tokens = 0;

  constructor() {
    this.createId = createIdentifierFactory(
      () => this.#now,
      (length) => {
        this.#made += 1;
        const digits = this.#made.toString(32).padStart(length, '0');
        return Uint8Array.from(digits, (digit) => Number.parseInt(digit, 32));
      },
    );
  }

  now(): Instant {
    this.#now += this.tickMs;
    return this.#now;
  }

  wallTime(): Instant {
    return this.#now;
  }

  /** There is one process and one clock here: a reading only ends a jump. */
  keepTime(): void {
    this.jumped = false;
  }

  hasJumped(): boolean {
    return this.jumped;
  }

  createUuid(): string {
    this.#tokens += 1;
    return `00000000-0000-4000-8000-${String(this.#tokens).padStart(12, '0')}`;
  }

  every(everyMs: number, call: () => void): () => void {
    const interval: Interval = { everyMs, call, nextAt: this.#now + everyMs };
    this.#intervals.add(interval);
    return () => this.#intervals.delete(interval);
  }

  /** Intervals that run, to see whether each one was stopped. */
  get intervals(): number {
    return this.#intervals.size;
  }

  /** Moves the clock and calls every interval that becomes due, in the order of time. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const due = [...this.#intervals]
        .filter((interval) => interval.nextAt <= end)
        .sort((left, right) => left.nextAt - right.nextAt)[0];
      if (due === undefined) {
        break;
      }
      this.#now = due.nextAt;
      due.nextAt += due.everyMs;
      due.call();
    }
    this.#now = end;
  }

  /** Moves the clock to a time; an earlier one leaves it. */
  advanceTo(instant: Instant): void {
    this.advance(Math.max(0, instant - this.#now));
  }
}
