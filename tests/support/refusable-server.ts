import { rm } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Health } from '@pixsim7/contracts';
import {
  createTestFolder,
  startServerProcess,
  type PostgresServer,
  type RedisServer,
  type RunningProgram,
} from '@pixsim7/testkit/servers';
import { Client } from 'pg';
import { TestClient } from './client.ts';
import { startCountingProxy } from './counting-proxy.ts';
import { administer, type RefusablePostgres } from './postgres-refusals.ts';
import { startEmulatorProcess } from './processes.ts';
import { allowEverything, type Refusal, type RefusableRedis } from './redis-refusals.ts';

const apiKey = 'pxs_a-key-for-the-refusal-tests-only-0000000';
/** Work that goes on, so that there is something to refuse. */
const jobs = 12;

/** A real server process with work to do, whose servers can be made to refuse. */
export interface RefusableServer {
  readonly redis: RefusableRedis;
  readonly postgres: RefusablePostgres;
  readonly environment: Record<string, string>;
  /** Starts another process on the same servers. */
  start(): Promise<RunningProgram>;
  close(): Promise<void>;
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
  const environment = {
    DATA_DIR: join(directory, 'data'),
    DATABASE_URL: `postgres://${postgres.role}:${postgres.password}@127.0.0.1:${postgres.proxy.port}/${database}`,
    REDIS_URL: `redis://${redis.user}:${redis.password}@127.0.0.1:${redis.proxy.port}`,
    API_KEY: apiKey,
    SECRET_KEY: 'a-secret-key-for-the-refusal-tests-only',
    SANDBOX: 'off',
  };
  const start = (): Promise<RunningProgram> => startServerProcess(environment);
  const first = await start();
  await makeWork(new TestClient(() => first.ready, apiKey), emulator.ready);
  await first.terminate();
  return {
    redis,
    postgres,
    environment,
    start,
    async close() {
      await emulator.kill();
      await redis.proxy.close();
      await postgres.proxy.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
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
      max_concurrent: jobs,
    }),
  });
  for (let index = 0; index < jobs; index += 1) {
    const params = { prompt: `a boat ${index}`, quality: '540p', duration: 5 };
    await client.createJob(
      { operation_type: 'text_to_video', provider_id: 'pixverse', params },
      `refusals-${index}`,
    );
  }
  while ((await client.jobs('processing')).length < jobs) await sleep(100);
}

/** What a process did under one refusal. Times in milliseconds. */
export interface RefusalFigures {
  readonly name: string;
  /** Connections and pieces of data to the server that refuses, in each second. */
  readonly triesPerSecond: number;
  /** Of one processor, from 0 to 1. */
  readonly cpu: number;
  /** Until `/health` named it; null when it did not, or should not. */
  readonly noticedMs: number | null;
  readonly recoveredMs: number | null;
  readonly exitMs: number;
  readonly exitCode: number | null;
}

export interface Measured<Server> {
  readonly part: 'database' | 'redis';
  readonly server: Server & { readonly proxy: { tries(): number } };
  readonly start: () => Promise<RunningProgram>;
  /** How long tries are counted. */
  readonly windowMs: number;
  /** Waits for `/health` are given up after this. */
  readonly patienceMs: number;
}

/** Starts a process, refuses, looks when it is noticed, lifts, looks when all is well, refuses again and stops it. */
export async function measureRefusal<Server>(
  refusal: Refusal<Server>,
  { part, server, start, windowMs, patienceMs }: Measured<Server>,
): Promise<RefusalFigures> {
  const program = await start();
  const saysSo = (health: Health | null): boolean => health?.checks[part]?.code === refusal.code;
  const isWell = (health: Health | null): boolean => health?.checks[part]?.status === 'ok';
  await until(program, isWell, patienceMs);

  const lift = await refusal.apply(server);
  const noticedMs = refusal.code === null ? null : await until(program, saysSo, patienceMs);
  const before = { tries: server.proxy.tries(), cpuMs: cpuMs(program.pid), at: performance.now() };
  await sleep(windowMs);
  const seconds = (performance.now() - before.at) / 1_000;
  const triesPerSecond = (server.proxy.tries() - before.tries) / seconds;
  const cpu = (cpuMs(program.pid) - before.cpuMs) / 1_000 / seconds;
  await lift();
  const recoveredMs = await until(program, isWell, patienceMs);

  const liftAgain = await refusal.apply(server);
  await sleep(1_000);
  const stoppedAt = performance.now();
  const exitCode = await program.terminate();
  const exitMs = performance.now() - stoppedAt;
  await liftAgain();
  return { name: refusal.name, triesPerSecond, cpu, noticedMs, recoveredMs, exitMs, exitCode };
}

/** Asks for health until it is as wanted. Returns how long that took, or null when the time is over. */
async function until(
  program: RunningProgram,
  isWanted: (health: Health | null) => boolean,
  patienceMs: number,
): Promise<number | null> {
  const begunAt = performance.now();
  while (performance.now() - begunAt < patienceMs) {
    if (isWanted(await healthOf(program))) return performance.now() - begunAt;
    await sleep(200);
  }
  return null;
}

/** null when there is no answer. */
async function healthOf(program: RunningProgram): Promise<Health | null> {
  try {
    const reply = await fetch(`${program.ready}/health`, { signal: AbortSignal.timeout(10_000) });
    return (await reply.json()) as Health;
  } catch {
    return null;
  }
}

const ticksPerSecond = 100;

/** Processor time of a process so far, as Linux counts it; 0 elsewhere. */
function cpuMs(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return ((Number(fields[11]) + Number(fields[12])) / ticksPerSecond) * 1_000;
  } catch {
    return 0;
  }
}

/** One line for whoever reads the run. */
export function formatFigures({
  name,
  triesPerSecond,
  cpu,
  noticedMs,
  recoveredMs,
  exitMs,
  exitCode,
}: RefusalFigures): string {
  const ms = (value: number | null): string => (value === null ? '-' : `${Math.round(value)} ms`);
  return [
    name.padEnd(40),
    `${triesPerSecond.toFixed(1)} tries/s`.padStart(16),
    `${Math.round(cpu * 100)} % cpu`.padStart(10),
    `noticed ${ms(noticedMs)}`.padStart(18),
    `recovered ${ms(recoveredMs)}`.padStart(20),
    `exit ${exitCode} ${ms(exitMs)}`.padStart(16),
  ].join('  ');
}
