import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';
import type { CoreDependencies, Database, Logger } from '@pixsim7/core';
import { createBullmqStepQueue, createRedisEventSignal } from '@pixsim7/infra';
import { openPostgresTestDatabase } from '@pixsim7/infra/testing';
import { MemoryDatabase } from '@pixsim7/testkit/memory-database';
import { createCarriedQueue } from './carried-queue.ts';
import { createManualQueue } from './manual-queue.ts';
import type { ManualQueue } from './manual-queue.ts';
import type { ManualSystem } from './manual-system.ts';

/** The addresses of the servers that all test files of a cluster run share. */
export interface SharedServers {
  readonly databaseUrl: string;
  readonly redisUrl: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    /** null: they are wanted and not installed; undefined in a run that needs none. */
    readonly servers: SharedServers | null | undefined;
  }
}

/** The foundation of an application. The tests say nothing about it, so they hold for every one. */
export interface Backend extends Pick<CoreDependencies, 'eventSignal'> {
  readonly database: Database;
  readonly queue: ManualQueue;
  close(): Promise<void>;
}

/**
 * Memory, or PostgreSQL and Redis where `vitest.cluster.config.ts` has started them: a database of its own, and keys of
 * its own in Redis.
 *
 * @param given replaces the database
 */
export async function openBackend(
  system: ManualSystem,
  logger: Logger,
  given: Database | undefined,
): Promise<Backend> {
  const servers = inject('servers') ?? null;
  if (servers === null) {
    const database = given ?? new MemoryDatabase();
    return { database, queue: createManualQueue(system), close: () => database.close() };
  }
  const now = (): number => system.now();
  const own =
    given === undefined
      ? await openPostgresTestDatabase(servers.databaseUrl, { logger, now })
      : { database: given, close: () => given.close() };
  const redis = { redisUrl: servers.redisUrl, logger, prefix: `test-${randomBytes(8).toString('hex')}` };
  const eventSignal = createRedisEventSignal(redis);
  const queue = createCarriedQueue(system, (scheduler) => createBullmqStepQueue({ ...redis, scheduler }));
  return {
    database: own.database,
    queue,
    eventSignal,
    async close() {
      await queue.stop(0);
      await eventSignal.close();
      await own.close();
    },
  };
}
