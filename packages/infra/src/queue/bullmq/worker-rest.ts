import type { Worker } from 'bullmq';
import { createRest } from '@pixsim7/core';

/** Five workers of a process try 3 to 5 times a second at the longest rest. */
const bounds = { firstMs: 100, longestMs: 2_000 };
/** An error after so long without one began again: a worker asks at least every 10 s. */
const quietMs = 20_000;

export interface WorkerRest {
  /**
   * Lets the worker look at its concurrency again. BullMQ does that when a job ends, and one that downloads a long video may
   * be the only one.
   */
  wake(): void;
  /** Resumes no more. */
  end(): void;
}

/**
 * Lets a worker rest after each error.
 *
 * BullMQ waits before it asks a Redis again that is away, but not one that answers with a refusal: each of its loops then
 * asks as fast as it is refused, 240,000 times a second in the worst case, and nothing else runs in the process. And its
 * look for stalled jobs ends for good at the first refusal; resuming begins it again.
 */
export function restAfterErrors(
  worker: Pick<Worker, 'on' | 'pause' | 'resume'>,
  {
    now = () => performance.now(),
    random = Math.random,
  }: { readonly now?: () => number; readonly random?: () => number } = {},
): WorkerRest {
  const rest = createRest({ ...bounds, now, random });
  let lastErrorAt = -Infinity;
  let resuming: NodeJS.Timeout | null = null;
  let ended = false;

  worker.on('completed', () => rest.noteSuccess());
  worker.on('error', () => {
    if (now() - lastErrorAt > quietMs) {
      rest.noteSuccess();
    }
    lastErrorAt = now();
    if (ended || resuming !== null) {
      return;
    }
    // Takes effect at once, before the loop goes round again; what runs is not waited for.
    void worker.pause(true);
    resuming = setTimeout(() => {
      resuming = null;
      void worker.resume();
    }, rest.noteFailure());
  });
  return {
    wake: () => {
      if (!ended && resuming === null) {
        void worker.pause(true);
        void worker.resume();
      }
    },
    end: () => {
      ended = true;
      if (resuming !== null) {
        clearTimeout(resuming);
      }
    },
  };
}
