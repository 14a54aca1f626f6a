import { setTimeout as sleep } from 'node:timers/promises';
import type { JobId } from '@pixsim7/contracts';
import { Random } from '../../../simulation/machine/random.ts';
import type { PostgresProbe } from '../../measure/postgres-probe.ts';
import { percentile } from '../percentile.ts';

export interface LoadFigures {
  readonly jobs: number;
  readonly perSecond: number;
  /** From the moment in which a job was to be created to its end, in milliseconds. */
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** The share of what it can do that the load asks of it. */
export const loadShare = 0.7;
const longestSeconds = 20;
const lookEveryMs = 250;
const drainSeconds = 60;

/**
 * Creates jobs at moments that do not depend on how fast they are done, as strangers do (a Poisson process), and measures how
 * long each takes.
 *
 * @param perSecond arrivals
 * @param probe on the database of the jobs
 */
export async function runOpenLoop(
  createJob: () => Promise<JobId>,
  probe: PostgresProbe,
  perSecond: number,
  jobs: number,
): Promise<LoadFigures> {
  const random = new Random(1);
  const arrivals: number[] = [];
  for (let at = 0; arrivals.length < jobs && at < longestSeconds * 1_000;) {
    at += (-Math.log(1 - random.fraction()) / perSecond) * 1_000;
    arrivals.push(at);
  }
  const started = Date.now();
  const created = await Promise.all(
    arrivals.map(async (at) => {
      await sleep(at);
      return { id: await createJob(), at: started + at };
    }),
  );
  const ends = await readEnds(
    probe,
    created.map(({ id }) => id),
  );
  const latencies = created.map(({ id, at }) => (ends.get(id) ?? Number.NaN) - at);
  return {
    jobs: created.length,
    perSecond,
    p50: percentile(latencies, 0.5),
    p95: percentile(latencies, 0.95),
    p99: percentile(latencies, 0.99),
  };
}

/** Waits until all of them have ended, and returns when each did. */
async function readEnds(probe: PostgresProbe, ids: readonly JobId[]): Promise<ReadonlyMap<string, number>> {
  const deadline = performance.now() + drainSeconds * 1_000;
  for (;;) {
    const ended = await probe.rows<{ id: string; at: number }>(
      `select id, (extract(epoch from completed_at) * 1000)::float8 as at from jobs
       where id = any($1::text[]) and status = 'completed'`,
      [ids],
    );
    if (ended.length === ids.length) {
      return new Map(ended.map(({ id, at }) => [id, at]));
    }
    if (performance.now() > deadline) {
      throw new Error(`Only ${ended.length} of ${ids.length} jobs were completed in time.`);
    }
    await sleep(lookEveryMs);
  }
}
