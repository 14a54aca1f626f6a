import { join } from 'node:path';
import type { BlobStore, CoreDependencies, DiskRoom, Logger, StepQueue, System } from '@pixsim7/core';
import {
  createBullmqStepQueue,
  createDiskRoom,
  createInProcessStepQueue,
  createMediaReader,
  createOutgoingHttp,
  createProviderFetch,
  createRedisEventSignal,
  createSystem,
  createVault,
  loadSecretKeys,
  openDiskBlobStore,
  openEmbeddedDatabase,
  openPostgresDatabase,
  openS3BlobStore,
  type EmbeddedDatabase,
  type KeyRing,
  type RedisEventSignal,
} from '@pixsim7/infra';
import { registerDefaultProviders } from '@pixsim7/providers';
import type { Settings } from '../config/settings.ts';
import type { Cleanup } from './cleanup.ts';

/** What the domain needs, and what only the server asks for. */
export interface OpenedDependencies extends CoreDependencies {
  readonly diskRoom: DiskRoom;
  readonly vault: KeyRing;
  readonly redis: RedisEventSignal | null;
  /** The database when it is inside this process. */
  readonly embedded: EmbeddedDatabase | null;
}

/**
 * Opens what the settings name: embedded parts on a laptop, PostgreSQL, Redis and S3 on a cluster, in any mixture. The
 * domain above does not know which.
 */
export async function openDependencies(
  settings: Settings,
  logger: Logger,
  cleanup: Cleanup,
): Promise<OpenedDependencies> {
  const system = createSystem();
  const { database, embedded } = await openDatabase(settings, system, logger);
  cleanup.add('database', () => database.close());
  const blobs = await openBlobStore(settings, logger, cleanup);
  await blobs.sweep();
  const outgoing = createOutgoingHttp();
  cleanup.add('outgoing connections', () => outgoing.close());
  const providerFetch = createProviderFetch();
  cleanup.add('provider connections', () => providerFetch.close());
  const redis = openRedis(settings, logger, cleanup);
  const vault = createVault(await loadSecretKeys(settings.DATA_DIR, secretKeysOf(settings)));
  return {
    database,
    registry: registerDefaultProviders({ fetch: providerFetch.fetch, createUuid: () => system.createUuid() }),
    queue: openQueue(settings, logger),
    blobs,
    diskRoom: createDiskRoom({
      directories: [settings.DATA_DIR],
      reserveBytes: settings.MIN_FREE_BYTES,
      monotonicNow: () => performance.now(),
    }),
    media: createMediaReader({ logger }),
    outgoing,
    vault,
    system,
    logger,
    redis,
    embedded,
    ...(redis === null ? {} : { eventSignal: redis }),
    ...(settings.PUBLIC_URL === undefined ? {} : { publicUrl: settings.PUBLIC_URL }),
  };
}

/** The secret keys that come from the environment. */
export function secretKeysOf({ SECRET_KEY, SECRET_KEY_PREVIOUS }: Settings): {
  readonly current: string | undefined;
  readonly previous: readonly string[];
} {
  return { current: SECRET_KEY, previous: SECRET_KEY_PREVIOUS };
}

async function openDatabase(
  settings: Settings,
  system: System,
  logger: Logger,
): Promise<Pick<OpenedDependencies, 'database' | 'embedded'>> {
  const now = (): number => system.now();
  if (settings.DATABASE_URL === undefined) {
    const directory = join(settings.DATA_DIR, 'database');
    const embedded = await openEmbeddedDatabase({ directory, logger, now });
    return { database: embedded, embedded };
  }
  const database = await openPostgresDatabase({
    url: settings.DATABASE_URL,
    poolSize: settings.DATABASE_POOL_SIZE,
    applicationName: `pixsim7-${settings.ROLE}`,
    logger,
    now,
  });
  return { database, embedded: null };
}

/** Opens where the settings say that files are. */
export async function openBlobStore(
  settings: Settings,
  logger: Logger,
  cleanup: Cleanup,
): Promise<BlobStore> {
  if (settings.STORAGE_URL === undefined) return openDiskBlobStore({ directory: settings.DATA_DIR });
  const spoolDirectory = join(settings.DATA_DIR, 'spool');
  const store = await openS3BlobStore({ url: settings.STORAGE_URL, spoolDirectory, logger });
  cleanup.add('storage', () => store.close());
  return store;
}

function openRedis({ REDIS_URL }: Settings, logger: Logger, cleanup: Cleanup): RedisEventSignal | null {
  if (REDIS_URL === undefined) return null;
  const signal = createRedisEventSignal({ redisUrl: REDIS_URL, logger });
  cleanup.add('event signals', () => signal.close());
  return signal;
}

function openQueue({ REDIS_URL }: Settings, logger: Logger): StepQueue {
  return REDIS_URL === undefined
    ? createInProcessStepQueue({ logger })
    : createBullmqStepQueue({ redisUrl: REDIS_URL, logger });
}
