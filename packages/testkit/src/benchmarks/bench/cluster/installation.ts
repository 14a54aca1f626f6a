import { join } from 'node:path';
import type { CreateJobRequest, Job } from '@pixsim7/contracts';
import { createTestFolder } from '../../../servers/leftovers.ts';
import { startProgram, startServerProcess } from '../../../servers/program.ts';
import type { RunningProgram } from '../../../servers/program.ts';
import { openPostgresProbe } from '../../measure/postgres-probe.ts';
import type { PostgresProbe } from '../../measure/postgres-probe.ts';
import type { Opened } from '../../measure/run-benchmark.ts';
import type { BenchServers } from '../open-servers.ts';
import { createLoopbackClient } from './loopback-client.ts';
import type { LoopbackClient } from './loopback-client.ts';
import type { BenchVideo } from './unique-video.ts';

/** An api process and a worker process on a database of their own, and a provider in a third. */
export interface Installation {
  readonly database: string;
  /** On the database of the installation. */
  readonly probe: PostgresProbe;
  readonly api: RunningProgram;
  readonly worker: RunningProgram;
  readonly client: LoopbackClient;
  createJob(): Promise<Job>;
}

const apiKey = 'pxs_a-key-for-the-benchmarks-only-00000000000000';
const providerId = 'pixverse';
const accountCount = 8;
/** Room for every job at once: the work is measured, not the wait for a slot. */
const slotsOfAccount = 1_000;
const connections = 256;

export async function openInstallation(
  servers: BenchServers,
  video: BenchVideo,
  template: string | null,
  opened: Opened,
): Promise<Installation> {
  const { postgres, redis } = servers;
  const database = await servers.createDatabase('cluster', template);
  opened.add(() => servers.dropDatabase(database));
  await redis.flushAll();
  const provider = await startProgram('packages/testkit/dist/benchmarks/bench/cluster/provider-main.js', {
    ready: /provider at (http:\S+)/u,
    arguments: [video],
  });
  opened.add(() => provider.terminate());
  const dataDirectory = join(await createTestFolder(database), 'data');
  const start = async (role: 'api' | 'worker'): Promise<RunningProgram> => {
    const program = await startServerProcess({
      ROLE: role,
      DATA_DIR: dataDirectory,
      DATABASE_URL: postgres.url(database),
      REDIS_URL: redis.url,
      API_KEY: apiKey,
      SECRET_KEY: 'a-secret-key-for-the-benchmarks-only',
      SANDBOX: 'off',
      // A video without a poster is a warning each time.
      LOG_LEVEL: 'error',
    });
    opened.add(() => program.terminate());
    return program;
  };
  const api = await start('api');
  const client = createLoopbackClient(api.ready, { authorization: `Bearer ${apiKey}` }, connections);
  opened.add(async () => client.close());
  const post = async <Reply>(path: string, body: unknown): Promise<Reply> => {
    const { status, text } = await client.send('POST', path, body);
    if (status !== 201) {
      throw new Error(`${path} answered ${status}: ${text}`);
    }
    return JSON.parse(text) as Reply;
  };
  for (let number = 1; number <= accountCount; number += 1) {
    await post('/api/v1/accounts', {
      provider_id: providerId,
      label: `benchmark-${number}`,
      credentials: { api_key: `sk-benchmark-${number}` },
      base_url: provider.ready,
      max_concurrent: slotsOfAccount,
    });
  }
  const worker = await start('worker');
  // SIGTERM reaches a process that stands still only when it goes on.
  opened.add(async () => worker.thaw());
  const probe = await openPostgresProbe(postgres.url(database));
  opened.add(() => probe.close());
  let created = 0;
  return {
    database,
    probe,
    api,
    worker,
    client,
    createJob: () => {
      created += 1;
      const request: CreateJobRequest = {
        operation_type: 'text_to_video',
        provider_id: providerId,
        params: { prompt: `a paper boat on rain water, ${created}`, quality: '360p' },
      };
      return post<Job>('/api/v1/jobs', request);
    },
  };
}

/** Makes so many jobs, 16 at a time. */
export async function createJobs(installation: Installation, count: number): Promise<void> {
  let created = 0;
  const createOneAfterTheOther = async (): Promise<void> => {
    while (created < count) {
      created += 1;
      await installation.createJob();
    }
  };
  await Promise.all(Array.from({ length: 16 }, createOneAfterTheOther));
}
