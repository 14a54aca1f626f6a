import { inspectPostgres, inspectRedis } from '@pixsim7/infra';
import { redisAddress } from '../config/redis-address.ts';
import type { Settings } from '../config/settings.ts';
import { lookAtDatabase } from '../watch/look-at-database.ts';
import { lookAtRedis } from '../watch/look-at-redis.ts';
import { lookAtStorage, lookSeldom } from '../watch/look-at-storage.ts';
import { createServerWatch } from '../watch/server-watch.ts';
import type { ServerLooks, ServerWatch } from '../watch/server-watch.ts';
import { postgresAddress } from './open-dependencies.ts';
import type { OpenedDependencies } from './open-dependencies.ts';

/** For connecting, and for each question after it: a look as a whole has 2 s. */
const timeoutMs = 1_500;

/** Watches what the settings name, by the same connections as the server makes. */
export function openServerWatch(settings: Settings, opened: OpenedDependencies): ServerWatch {
  const { database, blobs, redis: signal, system, logger } = opened;
  const { DATABASE_URL, STORAGE_URL } = settings;
  const postgres = DATABASE_URL === undefined ? null : postgresAddress(DATABASE_URL, settings);
  const redis = redisAddress(settings);
  const inspect = postgres === null ? null : () => inspectPostgres({ ...postgres, timeoutMs });
  const storage: ServerLooks['storage'] = (bound) => lookAtStorage(blobs, bound);
  return createServerWatch(
    {
      database: (bound) => lookAtDatabase(database, inspect, bound),
      redis:
        redis === null || signal === null
          ? null
          : (bound) => lookAtRedis(signal, () => inspectRedis({ ...redis, timeoutMs }), bound),
      storage: STORAGE_URL === undefined ? storage : lookSeldom(storage, () => system.now()),
    },
    { system, logger },
  );
}
