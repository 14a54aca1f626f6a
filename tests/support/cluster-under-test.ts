import { rm, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Account, Asset, Job } from '@pixsim7/contracts';
import { createTestFolder } from '@pixsim7/testkit/servers';
import type { PostgresServer, RedisServer, RunningProgram } from '@pixsim7/testkit/servers';
import { EventFollower } from './event-follower.ts';
import { inGroups } from './in-groups.ts';
import { mixedRequest } from './mixed-jobs.ts';
import { PatientClient } from './patient-client.ts';
import { startEmulatorProcess } from './processes.ts';
import { ServerCluster } from './server-cluster.ts';
import type { Role } from './server-cluster.ts';

const apiKey = 'pxs_a-key-for-the-cluster-tests-only-0000000';
const pictures = ['dawn.jpg', 'noon.jpg', 'night.jpg'] as const;
/** More than all jobs cost, so credits are never what a job waits for. */
export const creditsOfAnAccount = 100_000;
/** Requests that the test has on their way at a time. */
export const atATime = 8;

/** Several server processes, the provider that they use, and whoever watches them. */
export interface ClusterUnderTest {
  readonly emulator: RunningProgram;
  readonly servers: ServerCluster;
  readonly client: PatientClient;
  readonly accounts: readonly Account[];
  /** Ids of uploaded pictures. */
  readonly images: readonly string[];
  /** Each began at another api process and changes to the next one with each new connection. */
  readonly followers: readonly EventFollower[];
  createJobs(indexes: readonly number[]): Promise<Job[]>;
  /** Resolves when no job is on its way. @throws after the time, with what is still open */
  untilAllEnded(timeoutMs: number): Promise<void>;
  close(): Promise<void>;
}

export interface ClusterSettings {
  readonly roles: readonly Role[];
  /** The most generations at a time of each account. */
  readonly slots: readonly number[];
  readonly postgres: PostgresServer;
  readonly redis: RedisServer;
}

export async function startCluster(settings: ClusterSettings): Promise<ClusterUnderTest> {
  const directory = await createTestFolder('cluster');
  const emulator = await startEmulatorProcess(join(directory, 'provider'), [
    '--render-seconds=1,2',
    `--credits=${creditsOfAnAccount}`,
    // The provider itself would allow more than any account does, so one more than its limit shows.
    '--max-concurrent=100',
  ]);
  const servers = new ServerCluster(settings.roles, {
    DATA_DIR: join(directory, 'data'),
    DATABASE_URL: settings.postgres.url(),
    // Five processes below the 60 connections of the test's server.
    DATABASE_POOL_SIZE: '8',
    REDIS_URL: settings.redis.url,
    API_KEY: apiKey,
    SECRET_KEY: 'a-secret-key-for-the-cluster-tests-only',
    SANDBOX: 'off',
  });
  const followers: EventFollower[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(followers.map((follower) => follower.stop()));
    await servers.close();
    await emulator.kill();
    await rm(directory, { recursive: true, force: true });
  };
  try {
    await servers.start();
    const client = new PatientClient(() => servers.addresses('api'), apiKey);
    const accounts: Account[] = [];
    for (const [index, slots] of settings.slots.entries()) {
      accounts.push(await createAccount(client, emulator.ready, index, slots));
    }
    const images = await Promise.all(pictures.map((name) => upload(client, name)));
    const apis = settings.roles.filter((role) => role === 'api');
    followers.push(...apis.map((_, index) => new EventFollower(takeTurns(servers, index), apiKey)));
    return {
      emulator,
      servers,
      client,
      accounts,
      images,
      followers,
      createJobs: (indexes) =>
        inGroups(indexes, atATime, (index) =>
          client.createJob(mixedRequest(index, images), `mixed-${index}`),
        ),
      untilAllEnded: (timeoutMs) => untilAllEnded(client, timeoutMs),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function createAccount(
  client: PatientClient,
  emulatorUrl: string,
  index: number,
  slots: number,
): Promise<Account> {
  return client.json<Account>('/api/v1/accounts', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      provider_id: 'pixverse',
      label: suffixOf(index),
      credentials: { api_key: `sk-cluster-${suffixOf(index)}` },
      base_url: `${emulatorUrl}/openapi/v2`,
      max_concurrent: slots,
    }),
  });
}

/** The emulator tells accounts by the last four characters of their key; the label is the same. */
function suffixOf(index: number): string {
  return String(index).padStart(4, '0');
}

async function upload(client: PatientClient, name: string): Promise<string> {
  const file = new URL(`../../apps/server/assets/demo/${name}`, import.meta.url);
  const form = new FormData();
  form.append('file', new Blob([await readFile(file)], { type: 'image/jpeg' }), name);
  return (await client.json<Asset>('/api/v1/assets', { method: 'POST', body: form })).id;
}

function takeTurns(servers: ServerCluster, first: number): () => string | null {
  let turn = first;
  return () => {
    const apis = servers.members.filter(({ role }) => role === 'api');
    const member = apis[turn % apis.length];
    turn += 1;
    return member?.program?.ready ?? null;
  };
}

async function untilAllEnded(client: PatientClient, timeoutMs: number): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const open = [...(await client.jobs('pending')), ...(await client.jobs('processing'))];
    if (open.length === 0) {
      return;
    }
    if (Date.now() > deadline) {
      const lines = open.map(
        ({ id, status, stage, wait }) => `${id} ${status}/${stage} ${wait?.detail ?? ''}`,
      );
      throw new Error(`${open.length} jobs have not ended:\n${lines.join('\n')}`);
    }
    await sleep(1_000);
  }
}
