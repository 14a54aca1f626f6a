import { setTimeout as sleep } from 'node:timers/promises';
import type { PostgresProbe } from '../../measure/postgres-probe.ts';
import { countsPerJob, readCounts } from '../database-counts.ts';
import type { DatabaseCounts, DatabaseCountsPerJob } from '../database-counts.ts';
import type { BenchServers } from '../open-servers.ts';
import { readProcessors, usedMilliseconds } from '../processors.ts';
import { createJobs } from './installation.ts';
import type { Installation } from './installation.ts';

/** Processor time of one job in each process, in milliseconds. */
export type ClusterProcessors = Readonly<Record<'api' | 'worker' | 'postgres' | 'redis', number>>;

export interface PhaseFigures {
  readonly perSecond: number;
  readonly processors: ClusterProcessors;
  readonly counts: DatabaseCountsPerJob;
}

export interface BurstFigures {
  readonly jobs: number;
  /** The creations over HTTP, while the worker stands still. */
  readonly creation: PhaseFigures;
  /** Everything else, from the moment in which the worker goes on to the end of the last job. */
  readonly work: PhaseFigures;
}

const lookEveryMs = 250;

/** Creates so many jobs while the worker stands still, and then lets it do them. */
export async function runBurst(
  servers: BenchServers,
  installation: Installation,
  plan: { readonly warmUpJobs: number; readonly jobs: number; readonly maxSeconds: number },
): Promise<BurstFigures> {
  const { probe, worker } = installation;
  const deadline = performance.now() + plan.maxSeconds * 1_000;
  await createJobs(installation, plan.warmUpJobs);
  await untilAllCompleted(probe, deadline);
  worker.freeze();
  const beforeCreation = await read(servers, installation);
  await createJobs(installation, plan.jobs);
  const beforeWork = await read(servers, installation);
  worker.thaw();
  const looks = await untilAllCompleted(probe, deadline);
  const after = await read(servers, installation);
  return {
    jobs: plan.jobs,
    creation: figuresOf(beforeCreation, beforeWork, plan.jobs, 0),
    work: figuresOf(beforeWork, after, plan.jobs, looks),
  };
}

interface ClusterReading {
  readonly at: number;
  readonly counts: DatabaseCounts;
  readonly processors: ClusterProcessors;
}

async function read(servers: BenchServers, { api, database, worker }: Installation): Promise<ClusterReading> {
  const { countsStatements, postgres, probe, redis } = servers;
  return {
    at: performance.now(),
    counts: await readCounts(probe, database, countsStatements),
    processors: readProcessors({
      api: api.pid,
      worker: worker.pid,
      postgres: postgres.pid(),
      redis: redis.pid(),
    }),
  };
}

/** @param looks of this benchmark itself, which are no statements of the installation */
function figuresOf(before: ClusterReading, after: ClusterReading, jobs: number, looks: number): PhaseFigures {
  const used = usedMilliseconds(before.processors, after.processors);
  const counts = countsPerJob(before.counts, after.counts, jobs);
  return {
    perSecond: (jobs / (after.at - before.at)) * 1_000,
    processors: {
      api: used.api / jobs,
      worker: used.worker / jobs,
      postgres: used.postgres / jobs,
      redis: used.redis / jobs,
    },
    counts: {
      ...counts,
      statements: counts.statements === null ? null : counts.statements - looks / jobs,
    },
  };
}

/** Returns how often it looked. */
async function untilAllCompleted(probe: PostgresProbe, deadline: number): Promise<number> {
  for (let looks = 1; ; looks += 1) {
    const [open] = await probe.rows<{ total: number; attention: number }>(
      `select count(*)::int as total, count(*) filter (where stage = 'needs_attention')::int as attention
       from jobs where stage <> 'finished'`,
    );
    if (open?.total === 0) {
      const failed = await probe.rows(
        `select 1 from jobs where status = 'failed' and completed_at > now() - interval '1 hour'`,
      );
      if (failed.length > 0) {
        throw new Error(`${failed.length} jobs failed.`);
      }
      return looks + 1;
    }
    if ((open?.attention ?? 0) > 0 || performance.now() > deadline) {
      throw new Error(`The jobs did not complete in time: ${JSON.stringify(open)}.`);
    }
    await sleep(lookEveryMs);
  }
}
