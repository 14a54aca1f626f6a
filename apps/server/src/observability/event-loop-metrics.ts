import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Histogram } from 'prom-client';
import type { Registry } from 'prom-client';
import type { System } from '@pixsim7/core';

/** 0.02: work that only computes is cut into pieces that hold up the event loop no longer than that. */
const buckets = [0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1] as const;
/** A delay is noticed up to so much too short. A timer of 5 ms takes 0.5 % of a core. */
const resolutionMs = 5;
/** 200 delays at a time, which nobody notices. The recorder does not see the one during which it is emptied. */
const moveEveryMs = 1_000;

/** The delays that a monitor has recorded, in nanoseconds; each includes the time between two looks. */
export interface RecordedDelays {
  readonly count: number;
  readonly mean: number;
  percentile(percentile: number): number;
  reset(): void;
}

/** Shows how long the event loop of this process was held up. Returns the function that ends the watch. */
export function watchEventLoop(registry: Registry, system: Pick<System, 'every'>): () => void {
  const monitor = monitorEventLoopDelay({ resolution: resolutionMs });
  monitor.enable();
  const move = showDelays(registry, monitor);
  const stop = system.every(moveEveryMs, move);
  return () => {
    stop();
    monitor.disable();
  };
}

/** Adds the metric. Returns the function that moves into it what was recorded since the last time. */
export function showDelays(registry: Registry, recorded: RecordedDelays): () => void {
  const histogram = new Histogram({
    name: 'pixsim7_event_loop_delay_seconds',
    help: 'Time that the event loop was held up, looked at 200 times a second.',
    buckets: [...buckets],
    registers: [registry],
  });

  // From the longest down: the recorder answers by rank alone, and nearly all are too short to be told apart.
  return () => {
    const { count } = recorded;
    let short = count;
    let left = count * recorded.mean;
    while (short > 0) {
      const delay = recorded.percentile((short / count) * 100);
      if (secondsOf(delay) <= buckets[0]) {
        break;
      }
      histogram.observe(secondsOf(delay));
      left -= delay;
      short -= 1;
    }
    for (let place = 0; place < short; place += 1) {
      histogram.observe(Math.min(secondsOf(left / short), buckets[0]));
    }
    recorded.reset();
  };
}

function secondsOf(recorded: number): number {
  return Math.max(0, recorded / 1e9 - resolutionMs / 1_000);
}
