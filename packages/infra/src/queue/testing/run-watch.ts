import type { StepHandler } from '@pixsim7/core';

export interface RunWatch {
  /** Give it to every queue of the test. */
  readonly handler: StepHandler;
  /** The number of runs of each key. */
  readonly runs: ReadonlyMap<string, number>;
  /** The most runs of one key that went on at a time, over all queues. */
  maxAtATime(): number;
}

/** Watches the runs of a handler. */
export function watchRuns(work: StepHandler = async () => ({})): RunWatch {
  const runs = new Map<string, number>();
  const running = new Map<string, number>();
  let most = 0;
  return {
    runs,
    maxAtATime: () => most,
    handler: async (id, signal) => {
      runs.set(id, (runs.get(id) ?? 0) + 1);
      const atATime = (running.get(id) ?? 0) + 1;
      running.set(id, atATime);
      most = Math.max(most, atATime);
      try {
        return await work(id, signal);
      } finally {
        running.set(id, (running.get(id) ?? 1) - 1);
      }
    },
  };
}
