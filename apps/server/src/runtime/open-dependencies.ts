import { join } from 'node:path';
import type { BlobStore, CoreDependencies, Logger, StepQueue, System } from '@pixsim7/core';
import {
  createBullmqStepQueue,
  createInProcessStepQueue,
  createMediaReader,
  createOutgoingHttp,
  createProviderFetch,
  createRedisEventSignal,
  createSystem,
  createVault,
  loadOrCreateSecretKey,
  openDiskBlobStore,
  openEmbeddedDatabase,
  openPostgresDatabase,
  openS3BlobStore,
  type EmbeddedDatabase,
  type RedisEventSignal,
} from '@pixsim7/infra';
import { registerDefaultProviders } from '@pixsim7/providers';
import type { Settings } from '../config/settings.ts';
import type { Cleanup } from './cleanup.ts';

/** What the domain needs, and what only the server asks for. */
export interface OpenedDependencies extends CoreDependencies {
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
  const media = createMediaReader({ logger, decodingBytes: settings.MEDIA_MEMORY_MB * 1024 ** 2 });
  cleanup.add('media reader', () => media.close());
  const secret = await loadOrCreateSecretKey(settings.DATA_DIR, settings.SECRET_KEY);
  return {
    database,
    registry: registerDefaultProviders({ fetch: providerFetch.fetch, createUuid: () => system.createUuid() }),
    queue: openQueue(settings, logger),
    blobs,
    media,
    outgoing,
    vault: createVault([{ version: 1, secret }]),
    system,
    logger,
    redis,
    embedded,
    ...(redis === null ? {} : { eventSignal: redis }),
    ...(settings.PUBLIC_URL === undefined ? {} : { publicUrl: settings.PUBLIC_URL }),
  };
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
