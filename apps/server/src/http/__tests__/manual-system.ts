import { createIdentifierFactory } from '@pixsim7/contracts';
import type { System } from '@pixsim7/core';

/** A clock that stands until a test moves it. */
export interface ManualSystem extends System {
  /** Moves the clock and calls what is due on the way, in order. */
  advance(ms: number): void;
  /** Timers that nobody has stopped. */
  readonly timers: number;
}

interface Timer {
  readonly intervalMs: number;
  readonly call: () => void;
  due: number;
}

export function createManualSystem(start = Date.UTC(2026, 0, 1, 12)): ManualSystem {
  let now = start;
  let random = 0;
  const timers = new Set<Timer>();
  const nextDue = (until: number): Timer | undefined =>
    [...timers].filter((timer) => timer.due <= until).sort((left, right) => left.due - right.due)[0];
  const createId = createIdentifierFactory(
    () => now,
    (length) => {
      random += 1;
      return Uint8Array.from({ length }, (_, index) => (random >> (5 * (length - 1 - index))) & 31);
    },
  );
  return {
    now: () => now,
    wallTime: () => now,
    keepTime: () => undefined,
    hasJumped: () => false,
    createId,
    createUuid: () => crypto.randomUUID(),
    every(intervalMs, call) {
      const timer = { intervalMs, call, due: now + intervalMs };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    advance(ms) {
      const until = now + ms;
      for (let timer = nextDue(until); timer !== undefined; timer = nextDue(until)) {
        now = Math.max(now, timer.due);
        timer.due += timer.intervalMs;
        timer.call();
      }
      now = until;
    },
    get timers() {
      return timers.size;
    },
  };
}
