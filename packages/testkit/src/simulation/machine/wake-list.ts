import type { Instant } from '@pixsim7/core';

/** One call that waits for its time. */
export interface Wake {
  readonly at: Instant;
  /** Its number among all wakes, in the order in which they were asked for. */
  readonly order: number;
  readonly run: () => void;
}

/**
 * The wakes of one waiter. One who sleeps for an hour has thousands, so those ahead are kept sorted, and only those that
 * are due are looked at.
 */
export class WakeList {
  /** The next one last, where it is taken off at no cost. */
  readonly #ahead: Wake[] = [];
  /** In the order in which they were asked for. */
  #due: Wake[] = [];

  add(wake: Wake): void {
    let from = 0;
    let to = this.#ahead.length;
    while (from < to) {
      const middle = (from + to) >>> 1;
      if ((this.#ahead[middle]?.at ?? -Infinity) > wake.at) {
        from = middle + 1;
      } else {
        to = middle;
      }
    }
    this.#ahead.splice(from, 0, wake);
  }

  remove(wake: Wake): void {
    for (const wakes of [this.#due, this.#ahead]) {
      const index = wakes.indexOf(wake);
      if (index >= 0) {
        wakes.splice(index, 1);
        return;
      }
    }
  }

  /** Infinity when there is none. */
  earliest(): Instant {
    return this.#due[0]?.at ?? this.#ahead.at(-1)?.at ?? Infinity;
  }

  /** Those whose time has come, in the order in which they were asked for. */
  due(now: Instant): readonly Wake[] {
    const before = this.#due.length;
    for (let next = this.#ahead.at(-1); next !== undefined && next.at <= now; next = this.#ahead.at(-1)) {
      this.#ahead.pop();
      this.#due.push(next);
    }
    if (this.#due.length > before) {
      this.#due.sort((left, right) => left.order - right.order);
    }
    return this.#due;
  }

  all(): readonly Wake[] {
    return [...this.#due, ...this.#ahead];
  }
}
