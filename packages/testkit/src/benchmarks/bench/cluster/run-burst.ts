import { countsPerJob, readCounts } from '../database-counts.ts';
import type { DatabaseCounts, DatabaseCountsPerJob } from '../database-counts.ts';
import type { BenchServers } from '../open-servers.ts';
import { readProcessors, usedMilliseconds } from '../processors.ts';
import { untilNoneIsOpen } from '../until-none-is-open.ts';
import type { Installation } from './installation.ts';

/** Processor time of one job in each process, in milliseconds. */
export type ClusterProcessors = Readonly<Record<'api' | 'worker' | 'postgres' | 'redis', number>>;

export interface PhaseFigures {
  readonly jobs: number;
  readonly seconds: number;
  readonly processors: ClusterProcessors;
  readonly counts: DatabaseCountsPerJob;
}

export interface BurstFigures {
  /** The creations over HTTP, while the worker stands still. */
  readonly creation: PhaseFigures;
  /** Everything else, from the moment in which the worker goes on to the end of the last job. */
  readonly work: PhaseFigures;
}

export interface BurstPlan {
  readonly warmUpJobs: number;
  readonly jobs: number;
  /** Of each phase; what has not been done by then is not counted. */
  readonly maxSeconds: number;
}

/** As many creations at a time as a busy page of users makes. */
const creatorsAtATime = 16;

/** Creates so many jobs while the worker stands still, and then lets it do them. */
export async function runBurst(
  servers: BenchServers,
  installation: Installation,
  plan: BurstPlan,
): Promise<BurstFigures> {
  const { client, probe, worker } = installation;
  await createJobs(client, plan.warmUpJobs, plan.maxSeconds);
  await untilNoneIsOpen(probe, plan.maxSeconds);
  worker.freeze();
  const beforeCreation = await read(servers, installation);
  const created = await createJobs(client, plan.jobs, plan.maxSeconds);
  const beforeWork = await read(servers, installation);
  worker.thaw();
  const { left, looks } = await untilNoneIsOpen(probe, plan.maxSeconds);
  const after = await read(servers, installation);
  return {
    creation: figuresOf(beforeCreation, beforeWork, created, 0),
    work: figuresOf(beforeWork, after, created - left, looks),
  };
}

/** Returns how many it made in the time. */
export async function createJobs(
  client: Installation['client'],
  count: number,
  maxSeconds: number,
): Promise<number> {
  const deadline = performance.now() + maxSeconds * 1_000;
  let created = 0;
  const createOneAfterTheOther = async (): Promise<void> => {
    while (created < count && performance.now() < deadline) {
      created += 1;
      await client.createJob();
    }
  };
  await Promise.all(Array.from({ length: creatorsAtATime }, createOneAfterTheOther));
  return created;
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

/** @param looks of this benchmark itself, which are no work of the installation */
function figuresOf(before: ClusterReading, after: ClusterReading, jobs: number, looks: number): PhaseFigures {
  const used = usedMilliseconds(before.processors, after.processors);
  const counts = countsPerJob(before.counts, after.counts, jobs);
  return {
    jobs,
    seconds: (after.at - before.at) / 1_000,
    processors: {
      api: used.api / jobs,
      worker: used.worker / jobs,
      postgres: used.postgres / jobs,
      redis: used.redis / jobs,
    },
    counts: {
      ...counts,
      statements: counts.statements === null ? null : counts.statements - looks / jobs,
      transactions: counts.transactions - looks / jobs,
    },
  };
}
