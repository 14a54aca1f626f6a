import type { System } from '../ports/index.ts';
import { growingPauseMs, jitteredMs } from '../rules/index.ts';
import type { PauseBounds } from '../rules/index.ts';

/** The pause before something that failed is tried again. Each failure in a row makes it longer. */
export interface Rest {
  /** In a row, since the last success. */
  readonly failures: number;
  /** Milliseconds until the next try may begin; 0: now. */
  leftMs(): number;
  /** Returns how many milliseconds are left. Failures of tries that began together are one. */
  noteFailure(): number;
  noteSuccess(): void;
}

export interface RestOptions extends PauseBounds {
  /** Milliseconds of any clock. */
  readonly now: () => number;
  /** From 0 to 1. */
  readonly random: () => number;
}

const timerSlackMs = 1;

export function createRest({ now, random, ...bounds }: RestOptions): Rest {
  let failures = 0;
  let beganAt = 0;
  let lastsMs = 0;
  const leftMs = (): number => {
    const passedMs = now() - beganAt;
    // A clock that was set back would make the rest as long as the step.
    return passedMs < 0 ? 0 : Math.max(0, lastsMs - passedMs);
  };
  return {
    get failures() {
      return failures;
    },
    leftMs,
    noteFailure() {
      // A timer may be a millisecond early: the try after it counts.
      if (leftMs() <= timerSlackMs) {
        failures += 1;
        beganAt = now();
        lastsMs = Math.round(jitteredMs(growingPauseMs(bounds, failures), random()));
      }
      return Math.ceil(leftMs());
    },
    noteSuccess() {
      failures = 0;
      lastsMs = 0;
    },
  };
}

/** A rest by the clock and the chance of the system: its UUIDs are random, and need no port of their own. */
export function createRestOf(system: Pick<System, 'now' | 'createUuid'>, bounds: PauseBounds): Rest {
  return createRest({
    ...bounds,
    now: () => system.now(),
    random: () => Number.parseInt(system.createUuid().slice(0, 8), 16) / 0xffff_ffff,
  });
}
