import { once } from 'node:events';
import type { InProcess } from './open-process.ts';

export interface BusyPlan {
  /** Jobs before the measured ones; caches and connections are warm then, and as many jobs come as go. */
  readonly warmUpJobs: number;
  readonly jobs: number;
  /** The measurement ends then with fewer jobs. */
  readonly maxSeconds: number;
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
/** The number of jobs under way follows the rate, which takes a few looks at it. */
const shortestWarmUpMs = 5_000;

/** Creates jobs as fast as they are completed, and reads twice, with so many completed jobs in between. */
export async function keepBusy<Reading>(
  subject: InProcess,
  plan: BusyPlan,
  read: () => Promise<Reading>,
): Promise<BusyFigures<Reading>> {
  const { ends } = subject;
  const over = new AbortController();
  let created = 0;
  let completed = 0;
  const moments: number[] = [];
  ends.setMaxListeners(0);
  ends.on('completed', () => {
    completed += 1;
    const now = performance.now();
    moments.push(now);
    while ((moments[0] ?? now) < now - rateOverMs) {
      moments.shift();
    }
  });
  const mostInFlight = (): number =>
    Math.max(fewestInFlight, (moments.length / (rateOverMs / 1_000)) * secondsInFlight);
  const create = async (): Promise<void> => {
    while (!over.signal.aborted) {
      if (created - completed < mostInFlight()) {
        created += 1;
        await subject.createJob();
      } else {
        await once(ends, 'completed');
      }
    }
  };
  const until = async (isThere: () => boolean): Promise<void> => {
    while (!isThere()) {
      await once(ends, 'completed');
    }
  };
  const measure = async (): Promise<BusyFigures<Reading>> => {
    const opened = performance.now();
    await until(() => completed >= plan.warmUpJobs && performance.now() - opened >= shortestWarmUpMs);
    const before = await read();
    const started = performance.now();
    const completedBefore = completed;
    const isDone = (): boolean =>
      completed - completedBefore >= plan.jobs || performance.now() - started >= plan.maxSeconds * 1_000;
    await until(isDone);
    const jobs = completed - completedBefore;
    const seconds = (performance.now() - started) / 1_000;
    const after = await read();
    over.abort();
    return { before, after, jobs, seconds };
  };
  const [figures] = await Promise.all([measure(), ...Array.from({ length: creatorsAtATime }, create)]);
  return figures;
}
