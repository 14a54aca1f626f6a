import { once } from 'node:events';
import type { EventEmitter } from 'node:events';
import type { JobId } from '@pixsim7/contracts';

/** The part that takes jobs to their end. */
export interface BusySubject {
  createJob(): Promise<JobId>;
  /** Emits `completed` for each job, and `error` when one ends otherwise. */
  readonly ends: EventEmitter;
}

export interface BusyPlan {
  /** Jobs before the measured ones; caches and connections are warm then, and as many jobs come as go. */
  readonly warmUpJobs: number;
  readonly jobs: number;
  /** Of the warm-up and of the measurement, which end then with fewer jobs. */
  readonly maxSeconds: number;
  /** Jobs under way at a time; left out, as many as are done in some seconds. */
  readonly inFlight?: number;
}

export interface BusyFigures<Reading> {
  readonly before: Reading;
  readonly after: Reading;
  /** Completed between the two readings. */
  readonly jobs: number;
  readonly seconds: number;
}

/** As many creations at a time as a busy page of users makes. */
const creatorsAtATime = 16;
/** A video is looked at a second after it was accepted, so more jobs than are done in a second have to be under way. */
const secondsInFlight = 2.5;
const fewestInFlight = 64;
const rateOverMs = 2_000;
/** Whether the time is over is looked at so often when no job ends. */
const lookEveryMs = 1_000;
/** The number of jobs under way follows the rate, which takes a few looks at it. */
const shortestWarmUpMs = 5_000;

/** Creates jobs as fast as they are completed, and reads twice, with so many completed jobs in between. */
export async function keepBusy<Reading>(
  subject: BusySubject,
  plan: BusyPlan,
  read: () => Promise<Reading>,
): Promise<BusyFigures<Reading>> {
  const { ends } = subject;
  const over = new AbortController();
  let created = 0;
  let completed = 0;
  const moments: number[] = [];
  ends.setMaxListeners(0);
  const note = (): void => {
    completed += 1;
    const now = performance.now();
    moments.push(now);
    while ((moments[0] ?? now) < now - rateOverMs) {
      moments.shift();
    }
  };
  ends.on('completed', note);
  const mostInFlight = (): number =>
    plan.inFlight ?? Math.max(fewestInFlight, (moments.length / (rateOverMs / 1_000)) * secondsInFlight);
  const create = async (): Promise<void> => {
    while (!over.signal.aborted) {
      if (created - completed < mostInFlight()) {
        created += 1;
        await subject.createJob();
      } else {
        await nextEnd(ends);
      }
    }
  };
  const until = async (isThere: () => boolean): Promise<void> => {
    const deadline = performance.now() + plan.maxSeconds * 1_000;
    while (!isThere() && performance.now() < deadline) {
      await nextEnd(ends);
    }
  };
  const measure = async (): Promise<BusyFigures<Reading>> => {
    const opened = performance.now();
    await until(() => completed >= plan.warmUpJobs && performance.now() - opened >= shortestWarmUpMs);
    const before = await read();
    const started = performance.now();
    const completedBefore = completed;
    await until(() => completed - completedBefore >= plan.jobs);
    const jobs = completed - completedBefore;
    if (jobs === 0) {
      throw new Error('No job was completed in time.');
    }
    const seconds = (performance.now() - started) / 1_000;
    const after = await read();
    over.abort();
    return { before, after, jobs, seconds };
  };
  try {
    const [figures] = await Promise.all([measure(), ...Array.from({ length: creatorsAtATime }, create)]);
    return figures;
  } finally {
    over.abort();
    ends.off('completed', note);
  }
}

/** Resolves with the next end, or after a while without one. */
async function nextEnd(ends: EventEmitter): Promise<void> {
  const over = AbortSignal.timeout(lookEveryMs);
  try {
    await once(ends, 'completed', { signal: over });
  } catch (error) {
    if (!over.aborted) {
      throw error;
    }
  }
}
