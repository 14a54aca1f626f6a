import { setTimeout as sleep } from 'node:timers/promises';
import { createStepHandlers, startResumeLoop } from '@pixsim7/core';
import type { CoreDependencies, StepQueue } from '@pixsim7/core';
import type { PostgresProbe } from '../measure/postgres-probe.ts';

/** One process after a restart, when every check is overdue. */
export interface InFlightFigures {
  readonly queue: string;
  /** Until each of them was offered again. The checks run meanwhile. */
  readonly resumeSeconds: number;
  /** Of this process. */
  readonly heapKilobytesPerThousand: number;
  /** null without Redis. */
  readonly redisKilobytesPerThousand: number | null;
  readonly checksPerSecond: number;
  /** Transactions that wrote, for each check without news. */
  readonly writesPerCheck: number;
  /** Bytes of the write-ahead log for each submission, to note that it was offered again; once a minute. */
  readonly offerBytes: number;
}

export interface InFlightQueue {
  readonly name: string;
  readonly queue: StepQueue;
  /** Bytes that it uses outside of this process; null when there is no outside. */
  readonly outsideBytes: () => Promise<number | null>;
}

/** Long enough for thousands of checks, and over before the bounds of the rows come, a minute after the restart. */
const checkWindowMs = 15_000;
const lookEveryMs = 50;

/** @param checks counts every check so far */
export async function measureQueue(
  { name, queue, outsideBytes }: InFlightQueue,
  dependencies: CoreDependencies,
  probe: PostgresProbe,
  submissions: number,
  checks: () => number,
): Promise<InFlightFigures> {
  const offered = new Set<string>();
  const counting: StepQueue = {
    offer: async (message, runAt) => {
      await queue.offer(message, runAt);
      offered.add(message.id);
    },
    holds: (message) => queue.holds(message),
    start: (handlers) => queue.start(handlers),
    stop: (graceMs) => queue.stop(graceMs),
    statistics: () => queue.statistics(),
  };
  const observed = { ...dependencies, queue: counting };
  const heapBefore = usedHeap();
  const outsideBefore = await outsideBytes();
  const bytesBefore = await probe.writtenBytes();
  const started = performance.now();
  await queue.start(createStepHandlers(observed));
  const stopResuming = startResumeLoop(observed);
  while (offered.size < submissions) {
    await sleep(lookEveryMs);
  }
  const resumeSeconds = (performance.now() - started) / 1_000;
  // The loop may come around once more; what is measured from here on is only what checks do.
  await stopResuming();
  const offerBytes = ((await probe.writtenBytes()) - bytesBefore) / submissions;
  // The notes of this benchmark must not count as the queue's.
  offered.clear();
  const heap = usedHeap() - heapBefore;
  const outsideAfter = await outsideBytes();

  const checksBefore = checks();
  const writesBefore = await probe.writingTransactions();
  const windowStarted = performance.now();
  await sleep(checkWindowMs);
  const checked = checks() - checksBefore;
  const seconds = (performance.now() - windowStarted) / 1_000;
  const writes = (await probe.writingTransactions()) - writesBefore;
  await queue.stop(1_000);
  return {
    queue: name,
    resumeSeconds,
    heapKilobytesPerThousand: heap / 1_024 / (submissions / 1_000),
    redisKilobytesPerThousand:
      outsideAfter === null || outsideBefore === null
        ? null
        : (outsideAfter - outsideBefore) / 1_024 / (submissions / 1_000),
    checksPerSecond: checked / seconds,
    writesPerCheck: writes / checked,
    offerBytes,
  };
}

function usedHeap(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}
