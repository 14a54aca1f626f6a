import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { createTestFolder, startServerProcess } from '@pixsim7/testkit/servers';
import type { PostgresServer, RedisServer, RunningProgram } from '@pixsim7/testkit/servers';
import { control, TestClient } from './client.ts';
import { startCountingProxy } from './counting-proxy.ts';
import type { RefusableHttp } from './http-refusals.ts';
import { administer } from './postgres-refusals.ts';
import type { RefusablePostgres } from './postgres-refusals.ts';
import { startEmulatorProcess } from './processes.ts';
import { allowEverything } from './redis-refusals.ts';
import type { RefusableRedis } from './redis-refusals.ts';
import { startS3Server } from './s3-server.ts';

const apiKey = 'pxs_a-key-for-the-refusal-tests-only-0000000';
/** Work that goes on, so there is something to refuse. */
const jobs = 12;

/** A real server process with work to do, whose servers can be made to refuse. */
export interface RefusableServer {
  readonly redis: RefusableRedis;
  readonly postgres: RefusablePostgres;
  readonly storage: RefusableHttp;
  readonly provider: RefusableHttp;
  /** Starts another process on the same servers. */
  readonly start: () => Promise<RunningProgram>;
  /** Creates jobs whose videos are finished within a second, through a process that runs. */
  readonly finishJobs: (program: RunningProgram) => Promise<void>;
  readonly close: () => Promise<void>;
}

let installations = 0;

export async function startRefusableServer(servers: {
  readonly postgres: PostgresServer;
  readonly redis: RedisServer;
}): Promise<RefusableServer> {
  installations += 1;
  const directory = await createTestFolder('refusals');
  const database = `refusals_${installations}`;
  const postgres: RefusablePostgres = {
    postgres: servers.postgres,
    proxy: await startCountingProxy(Number(new URL(servers.postgres.url()).port)),
    database,
    role: `app_${installations}`,
    password: 'the-password-of-the-role',
  };
  const redis: RefusableRedis = {
    redis: servers.redis,
    proxy: await startCountingProxy(servers.redis.port),
    user: 'app',
    password: 'the-password-of-the-user',
  };
  await createDatabase(postgres);
  await allowEverything(redis);
  const emulator = await startEmulatorProcess(join(directory, 'provider'), [
    // Nothing ends: every job is asked about again and again.
    '--render-seconds=3600,3600',
    '--credits=100000',
    '--max-concurrent=100',
  ]);
  const provider = await proxied(Number(new URL(emulator.ready).port));
  const s3 = await startS3Server(join(directory, 's3'));
  const storage = await proxied(s3.port);
  const environment = {
    DATA_DIR: join(directory, 'data'),
    DATABASE_URL: `postgres://${postgres.role}:${postgres.password}@127.0.0.1:${postgres.proxy.port}/${database}`,
    REDIS_URL: `redis://${redis.user}:${redis.password}@127.0.0.1:${redis.proxy.port}`,
    STORAGE_URL: `s3://S3RVER:S3RVER@127.0.0.1:${storage.proxy.port}/videos?tls=off`,
    API_KEY: apiKey,
    SECRET_KEY: 'a-secret-key-for-the-refusal-tests-only',
    SANDBOX: 'off',
  };
  const start = (): Promise<RunningProgram> => startServerProcess(environment);
  const first = await start();
  await makeWork(clientOf(first), `http://127.0.0.1:${provider.proxy.port}`);
  await first.terminate();
  return {
    redis,
    postgres,
    storage,
    provider,
    start,
    async finishJobs(program) {
      await control(emulator.ready, 'settings', { render_seconds: [1, 1] });
      await createJobs(clientOf(program));
    },
    async close() {
      await emulator.kill();
      for (const { proxy } of [redis, postgres, storage, provider]) {
        await proxy.close();
      }
      await s3.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function proxied(port: number): Promise<RefusableHttp> {
  return { port, proxy: await startCountingProxy(port) };
}

function clientOf({ ready }: RunningProgram): TestClient {
  return new TestClient(() => ready, apiKey);
}

async function createDatabase(server: RefusablePostgres): Promise<void> {
  const { postgres, database, role, password } = server;
  const client = new Client({ connectionString: postgres.url() });
  await client.connect();
  await client.query(`create role ${role} login password '${password}'`);
  await client.query(`create database ${database} owner ${role}`);
  await client.end();
  await administer(server, 'select 1');
}

async function makeWork(client: TestClient, provider: string): Promise<void> {
  await client.json('/api/v1/accounts', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      provider_id: 'pixverse',
      label: 'Main',
      credentials: { api_key: 'sk-refusals-0001' },
      base_url: `${provider}/openapi/v2`,
      max_concurrent: 100,
    }),
  });
  await createJobs(client);
  while ((await client.jobs('processing')).length < jobs) {
    await sleep(100);
  }
}

async function createJobs(client: TestClient): Promise<void> {
  for (let index = 0; index < jobs; index += 1) {
    const params = { prompt: `a boat ${index}`, quality: '540p', duration: 5 };
    await client.createJob(
      { operation_type: 'text_to_video', provider_id: 'pixverse', params },
      crypto.randomUUID(),
    );
  }
}
