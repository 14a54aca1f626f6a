import { join } from 'node:path';
import { createBulkheads, DurationMemory, GroupCommit, Handover } from '@pixsim7/core';
import type { BlobStore, CoreDependencies, DiskRoom, Logger, System } from '@pixsim7/core';
import {
  createBullmqStepQueue,
  createDiskRoom,
  createInProcessStepQueue,
  createScheduler,
  createMediaReader,
  createOutgoingHttp,
  createProviderFetch,
  createRedisEventSignal,
  createVault,
  loadSecretKeys,
  openDiskBlobStore,
  openEmbeddedDatabase,
  openPostgresDatabase,
  openS3BlobStore,
} from '@pixsim7/infra';
import type { EmbeddedDatabase, KeyRing, PostgresLook, RedisEventSignal } from '@pixsim7/infra';
import { registerDefaultProviders } from '@pixsim7/providers';
import { redisAddress } from '../config/redis-address.ts';
import type { Settings } from '../config/settings.ts';
import type { Cleanup } from './cleanup.ts';

/** The dependencies of the domain, and those of the server alone. */
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
  system: System,
): Promise<OpenedDependencies> {
  const { database, embedded } = await openDatabase(settings, system, logger);
  cleanup.add('database', () => database.close());
  const blobs = await openBlobStore(settings, logger, cleanup);
  await blobs.sweep();
  const outgoing = createOutgoingHttp();
  cleanup.add('outgoing connections', () => outgoing.close());
  const providerFetch = createProviderFetch();
  cleanup.add('provider connections', () => providerFetch.close());
  const address = redisAddress(settings);
  const redis = address === null ? null : createRedisEventSignal({ ...address, logger });
  if (redis !== null) {
    cleanup.add('event signals', () => redis.close());
  }
  const media = createMediaReader({ logger, decodingBytes: settings.MEDIA_MEMORY_MB * 1024 ** 2 });
  cleanup.add('media reader', () => media.close());
  const vault = createVault(await loadSecretKeys(settings.DATA_DIR, secretKeysOf(settings)));
  const scheduler = createScheduler(system);
  return {
    database,
    registry: registerDefaultProviders({ fetch: providerFetch.fetch, createUuid: () => system.createUuid() }),
    queue:
      address === null
        ? createInProcessStepQueue({ logger, scheduler })
        : createBullmqStepQueue({ ...address, logger, scheduler }),
    blobs,
    diskRoom: createDiskRoom({
      directories: [settings.DATA_DIR],
      reserveBytes: settings.MIN_FREE_BYTES,
      monotonicNow: () => performance.now(),
    }),
    media,
    outgoing,
    vault,
    system,
    logger,
    bulkheads: createBulkheads({ system, logger }),
    durations: new DurationMemory(system),
    createCommits: (database) => new GroupCommit(database),
    handover: new Handover(system),
    // Nobody sees it, and a busy worker publishes 20 times a second instead of 70.
    publishGapMs: 50,
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
  const address = postgresAddress(settings.DATABASE_URL, settings);
  return { database: await openPostgresDatabase({ ...address, logger, now }), embedded: null };
}

/** The way that this process connects to PostgreSQL; doctor uses the same. */
export function postgresAddress(
  url: string,
  settings: Pick<Settings, 'DATABASE_POOL_SIZE' | 'DATABASE_NAMED_STATEMENTS' | 'ROLE'>,
): PostgresLook {
  return {
    url,
    poolSize: settings.DATABASE_POOL_SIZE,
    applicationName: `pixsim7-${settings.ROLE}`,
    namedStatements: settings.DATABASE_NAMED_STATEMENTS === 'auto',
  };
}

/** Opens where the settings say that files are. */
export async function openBlobStore(
  settings: Settings,
  logger: Logger,
  cleanup: Cleanup,
): Promise<BlobStore> {
  if (settings.STORAGE_URL === undefined) {
    return openDiskBlobStore({ directory: settings.DATA_DIR });
  }
  const spoolDirectory = join(settings.DATA_DIR, 'spool');
  const store = await openS3BlobStore({ url: settings.STORAGE_URL, spoolDirectory, logger });
  cleanup.add('storage', () => store.close());
  return store;
}
