import { join } from 'node:path';
import type { UserId, WorkspaceId } from '@pixsim7/contracts';
import { hashApiKey, openPostgresDatabase } from '@pixsim7/infra';
import { buildApiKey } from '../../../builders/index.ts';
import { createTestFolder } from '../../../servers/leftovers.ts';
import { startProgram, startServerProcess } from '../../../servers/program.ts';
import type { RunningProgram } from '../../../servers/program.ts';
import { openPostgresProbe } from '../../measure/postgres-probe.ts';
import type { PostgresProbe } from '../../measure/postgres-probe.ts';
import type { Opened } from '../../measure/run-benchmark.ts';
import { silentLogger } from '../../measure/silent-logger.ts';
import { fillPast } from '../fill-past.ts';
import type { PastOf } from '../fill-past.ts';
import type { BenchServers } from '../open-servers.ts';
import { benchApiKey, benchProviderId, createServerClient } from './server-client.ts';
import type { ServerClient } from './server-client.ts';
import type { BenchVideo } from './unique-video.ts';

/** An api process and a worker process on a database of their own, and a provider in a third. */
export interface Installation {
  readonly database: string;
  /** On the database of the installation. */
  readonly probe: PostgresProbe;
  readonly api: RunningProgram;
  readonly worker: RunningProgram;
  readonly client: ServerClient;
}

/** The provider in a process of its own; `ready` is the `base_url` of an account. */
export async function startProvider(video: BenchVideo, opened: Opened): Promise<RunningProgram> {
  const provider = await startProgram('packages/testkit/dist/benchmarks/bench/cluster/provider-main.js', {
    ready: /provider at (http:\S+)/u,
    arguments: [video],
  });
  opened.add(() => provider.terminate());
  return provider;
}

/** The settings that every server of this benchmark has. */
export const benchEnvironment = {
  API_KEY: benchApiKey,
  SECRET_KEY: 'a-secret-key-for-the-benchmarks-only',
  SANDBOX: 'off',
  // A video without a poster is a warning each time.
  LOG_LEVEL: 'error',
} as const;

/** Enough for 3,200 requests a second. */
const keyCount = 32;

/** Makes keys as an owner has for programs. */
async function addApiKeys(
  url: string,
  { workspaceId, ownerId }: Pick<PastOf, 'workspaceId' | 'ownerId'>,
): Promise<readonly string[]> {
  const keys = Array.from(
    { length: keyCount },
    (_, number) => `pxs_key-of-the-benchmarks-${number}-000000000000`,
  );
  const database = await openPostgresDatabase({ url, logger: silentLogger, now: Date.now, poolSize: 1 });
  try {
    await database.transaction(async ({ users }) => {
      for (const key of keys) {
        await users.addApiKey(buildApiKey(ownerId, { workspaceId, hash: hashApiKey(key) }));
      }
    });
  } finally {
    await database.close();
  }
  return keys;
}

/** @param history jobs of the same accounts that are over */
export async function openInstallation(
  servers: BenchServers,
  video: BenchVideo,
  history: number,
  opened: Opened,
): Promise<Installation> {
  const { postgres, redis } = servers;
  const database = await servers.createDatabase('cluster');
  opened.add(() => servers.dropDatabase(database));
  await redis.flushAll();
  const provider = await startProvider(video, opened);
  const dataDirectory = join(await createTestFolder(database), 'data');
  const start = async (role: 'api' | 'worker'): Promise<RunningProgram> => {
    const program = await startServerProcess({
      ...benchEnvironment,
      ROLE: role,
      DATA_DIR: dataDirectory,
      DATABASE_URL: postgres.url(database),
      REDIS_URL: redis.url,
    });
    opened.add(() => program.terminate());
    return program;
  };
  const api = await start('api');
  const probe = await openPostgresProbe(postgres.url(database));
  opened.add(() => probe.close());
  const [owner] = await probe.rows<{ workspaceId: WorkspaceId; ownerId: UserId }>(
    `select workspaces.id as "workspaceId", users.id as "ownerId" from workspaces, users where users.is_owner`,
  );
  if (owner === undefined) {
    throw new Error('The installation has no owner.');
  }
  const client = createServerClient(api.ready, await addApiKeys(postgres.url(database), owner));
  opened.add(async () => client.close());
  const accountIds = await client.addAccounts(provider.ready);
  await fillPast(postgres.url(database), history, { ...owner, providerId: benchProviderId, accountIds });
  const worker = await start('worker');
  // SIGTERM reaches a process that stands still only when it goes on.
  opened.add(async () => worker.thaw());
  return { database, probe, api, worker, client };
}
