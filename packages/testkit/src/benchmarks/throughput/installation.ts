import { join } from 'node:path';
import type { AccountId } from '@pixsim7/contracts';
import { openPostgresDatabase } from '@pixsim7/infra';
import { createTestFolder } from '../../servers/leftovers.ts';
import type { PostgresServer } from '../../servers/postgres-server.ts';
import { startServerProcess } from '../../servers/program.ts';
import type { RunningProgram } from '../../servers/program.ts';
import type { RedisServer } from '../../servers/redis-server.ts';
import { openPostgresProbe } from '../measure/postgres-probe.ts';
import type { PostgresProbe } from '../measure/postgres-probe.ts';
import type { Opened } from '../measure/run-benchmark.ts';
import { silentLogger } from '../measure/silent-logger.ts';
import { ApiClient } from './api-client.ts';
import type { InstantProvider } from './instant-provider.ts';
import { teachDurations } from './teach-durations.ts';

/** The installations of a benchmark share this, one after the other. */
export interface Servers {
  readonly postgres: PostgresServer;
  readonly redis: RedisServer;
  readonly provider: InstantProvider;
}

/** A cluster with jobs whose workers stand still. */
export interface Installation {
  readonly probe: PostgresProbe;
  readonly api: RunningProgram;
  readonly workers: readonly RunningProgram[];
  /** The creation of the jobs took this long, over HTTP. */
  readonly creationSeconds: number;
}

const apiKey = 'pxs_a-key-for-the-benchmarks-only-00000000000000';
/** Room for every job at once: what is measured is the work, not the wait for a slot. */
const accountCount = 4;
const slotsOfAccount = 1_000;

/**
 * One api process, so many workers, an empty database, and so many jobs. The workers are ready and frozen: thawed at one
 * moment, none of them has the start of a process in its figures, and the creation of the jobs is in nobody's.
 */
export async function openInstallation(
  { postgres, redis, provider }: Servers,
  workerCount: number,
  jobCount: number,
  opened: Opened,
): Promise<Installation> {
  const name = `workers_${workerCount}`;
  const keeper = await openPostgresProbe(postgres.url());
  await keeper.rows(`create database ${name}`);
  await keeper.close();
  await redis.flushAll();
  const dataDirectory = join(await createTestFolder(name), 'data');
  const start = async (role: 'api' | 'worker'): Promise<RunningProgram> => {
    const program = await startServerProcess({
      ROLE: role,
      DATA_DIR: dataDirectory,
      DATABASE_URL: postgres.url(name),
      REDIS_URL: redis.url,
      API_KEY: apiKey,
      SECRET_KEY: 'a-secret-key-for-the-benchmarks-only',
      SANDBOX: 'off',
    });
    opened.add(() => program.terminate());
    return program;
  };
  const api = await start('api');
  const client = new ApiClient(api.ready, apiKey);
  const accounts: AccountId[] = [];
  for (let number = 1; number <= accountCount; number += 1) {
    accounts.push((await client.addAccount(`benchmark-${number}`, provider.url, slotsOfAccount)).id);
  }
  const workers = await Promise.all(Array.from({ length: workerCount }, () => start('worker')));
  for (const worker of workers) {
    worker.freeze();
  }
  // SIGTERM reaches a process that stands still only when it goes on.
  opened.add(async () => workers.forEach((worker) => worker.thaw()));
  const started = performance.now();
  const firstJob = await client.createJobs(jobCount);
  const creationSeconds = (performance.now() - started) / 1_000;
  const database = await openPostgresDatabase({
    url: postgres.url(name),
    logger: silentLogger,
    now: () => Date.now(),
    poolSize: 1,
  });
  await teachDurations(database, firstJob, accounts[0] as AccountId);
  await database.close();
  const probe = await openPostgresProbe(postgres.url(name));
  opened.add(() => probe.close());
  return { probe, api, workers, creationSeconds };
}
