import { setTimeout as sleep } from 'node:timers/promises';
import type { PostgresProbe } from '../measure/postgres-probe.ts';
import { busySeconds, processorSeconds } from '../measure/processor-time.ts';
import { Opened } from '../measure/run-benchmark.ts';
import { openInstallation } from './installation.ts';
import type { Installation, Servers } from './installation.ts';

/** Processor time of each program while the workers worked, in seconds; NaN where it cannot be told. */
export interface ProcessorShares {
  readonly workers: number;
  readonly postgres: number;
  readonly redis: number;
  readonly api: number;
  /** This process: the provider. */
  readonly provider: number;
  /** Everything else on the machine. */
  readonly others: number;
}

export interface RoundFigures {
  readonly workers: number;
  readonly jobs: number;
  readonly creationSeconds: number;
  /** From the moment in which the workers were let go to the end of the last job. */
  readonly seconds: number;
  /** Of one job, from its dispatch to its end, in seconds. */
  readonly latency: { readonly median: number; readonly p95: number };
  readonly transactionsPerJob: number;
  readonly processor: ProcessorShares;
}

const lookEveryMs = 250;
/** A round that is not done by then never will be; a slow machine needs a minute. */
const roundTimeoutMs = 300_000;

/** Lets so many workers do so many jobs, in an installation of its own. */
export async function runRound(
  servers: Servers,
  workerCount: number,
  jobCount: number,
  opened: Opened,
): Promise<RoundFigures> {
  const round = new Opened();
  opened.add(() => round.close());
  const installation = await openInstallation(servers, workerCount, jobCount, round);
  const { creationSeconds, probe, workers } = installation;
  const before = readProcessor(servers, installation);
  const started = performance.now();
  for (const worker of workers) {
    worker.thaw();
  }
  const looks = await untilAllCompleted(probe, started);
  const seconds = (performance.now() - started) / 1_000;
  const after = readProcessor(servers, installation);
  const latency = await readLatency(probe);
  // Connections report their transactions late, at the latest when they end.
  for (const program of [...workers, installation.api]) {
    await program.terminate();
  }
  const transactions = (await probe.transactions()) - looks;
  await round.close();
  return {
    workers: workerCount,
    jobs: jobCount,
    creationSeconds,
    seconds,
    latency,
    transactionsPerJob: transactions / jobCount,
    processor: shares(before, after),
  };
}

/** Returns how often it looked. */
async function untilAllCompleted(probe: PostgresProbe, started: number): Promise<number> {
  for (let looks = 1; ; looks += 1) {
    const counts = await probe.rows<{ status: string; total: number }>(
      'select status, count(*)::int as total from jobs group by status',
    );
    const left = counts.filter(({ status }) => status === 'pending' || status === 'processing');
    if (left.length === 0) {
      const failed = counts.filter(({ status }) => status !== 'completed');
      if (failed.length > 0) {
        throw new Error(`Jobs did not complete: ${JSON.stringify(failed)}.`);
      }
      return looks;
    }
    if (performance.now() - started > roundTimeoutMs) {
      throw new Error(`The round did not end in time: ${JSON.stringify(counts)}.`);
    }
    await sleep(lookEveryMs);
  }
}

async function readLatency(probe: PostgresProbe): Promise<RoundFigures['latency']> {
  const [row] = await probe.rows<{ median: number; p95: number }>(`
    select percentile_cont(0.5) within group (order by seconds) as median,
           percentile_cont(0.95) within group (order by seconds) as p95
    from (
      select extract(epoch from jobs.completed_at - submissions.created_at)::float8 as seconds
      from jobs join submissions on submissions.job_id = jobs.id
      where jobs.started_at > jobs.created_at
    ) as latencies`);
  return row ?? { median: Number.NaN, p95: Number.NaN };
}

function readProcessor({ postgres, redis }: Servers, { api, workers }: Installation): ProcessorShares {
  const of = (pid: number | null): number =>
    pid === null ? Number.NaN : (processorSeconds(pid) ?? Number.NaN);
  const { user, system } = process.cpuUsage();
  return {
    workers: workers.reduce((sum, { pid }) => sum + of(pid), 0),
    postgres: of(postgres.pid()),
    redis: of(redis.pid()),
    api: of(api.pid),
    provider: (user + system) / 1e6,
    others: busySeconds(),
  };
}

function shares(before: ProcessorShares, after: ProcessorShares): ProcessorShares {
  const used = {
    workers: after.workers - before.workers,
    postgres: after.postgres - before.postgres,
    redis: after.redis - before.redis,
    api: after.api - before.api,
    provider: after.provider - before.provider,
  };
  const ours = used.workers + used.postgres + used.redis + used.api + used.provider;
  return { ...used, others: Math.max(0, after.others - before.others - ours) };
}
