import { isTerminalJobStatus } from '@pixsim7/contracts';
import type { Event, Job } from '@pixsim7/contracts';
import type { Caller } from '@pixsim7/core';
import type { HttpParts } from '../http-parts.ts';

/** Another process of a cluster may publish what this one does not hear, so it looks itself now and then. */
const pollMs = 2_000;

export interface WaitRequest {
  readonly caller: Caller;
  readonly jobId: string;
  /** 0: do not wait. */
  readonly waitMs: number;
  /** Aborted when the client is gone. */
  readonly aborted: AbortSignal;
}

/**
 * The job as soon as its sequence is another than at the beginning, it is over, it needs attention, or the wait is over.
 *
 * @throws RequestError not_found
 */
export async function waitForJob(
  { core, stopping, system }: Pick<HttpParts, 'core' | 'stopping' | 'system'>,
  { caller, jobId, waitMs, aborted }: WaitRequest,
): Promise<Job> {
  const woken = createWake();
  const timeUp = new AbortController();
  const ending = AbortSignal.any([stopping, aborted, timeUp.signal]);
  const wake = (): void => woken.wake();
  // Listening begins before the first read, so no change falls between the two.
  const stopListening = core.events.subscribe(({ event }) => {
    if (isAbout(event, jobId)) {
      wake();
    }
  });
  const stopTimers =
    waitMs === 0 ? [] : [system.every(waitMs, () => timeUp.abort()), system.every(pollMs, wake)];
  ending.addEventListener('abort', wake);
  try {
    const first = await core.jobs.get(caller, jobId);
    if (waitMs === 0) {
      return first;
    }
    let job = first;
    while (!ending.aborted && goesOn(job) && job.sequence === first.sequence) {
      await woken.next();
      job = await core.jobs.get(caller, jobId);
    }
    return job;
  } finally {
    stopListening();
    for (const stop of stopTimers) {
      stop();
    }
    ending.removeEventListener('abort', wake);
  }
}

/** Whether it changes by itself: a job that needs attention waits for its reader. */
function goesOn({ attention, status }: Job): boolean {
  return !isTerminalJobStatus(status) && attention === null;
}

function isAbout({ data }: Event, jobId: string): boolean {
  return 'job_id' in data && data.job_id === jobId;
}

/** A bell that remembers one ring, so a ring between two waits is not lost. */
function createWake(): { wake(): void; next(): Promise<void> } {
  let ring = (): void => undefined;
  let rung = new Promise<void>((resolve) => {
    ring = resolve;
  });
  return {
    wake: () => ring(),
    async next() {
      await rung;
      rung = new Promise<void>((resolve) => {
        ring = resolve;
      });
    },
  };
}
