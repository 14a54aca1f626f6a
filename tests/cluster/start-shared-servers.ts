import type { TestProject } from 'vitest/node';
import { createPostgresTemplate } from '@pixsim7/infra/testing';
import {
  findPostgresInstallations,
  hasRedisServer,
  requireServers,
  startPostgresServer,
  startRedisServer,
} from '@pixsim7/testkit/servers';

/** One PostgreSQL and one Redis for all files of the API suite. Returns the function that ends them. */
export async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  if (findPostgresInstallations().length === 0) {
    requireServers('postgres');
  }
  if (!hasRedisServer()) {
    requireServers('redis-server');
  }
  const postgres = await startPostgresServer();
  const redis = await startRedisServer();
  const end = async (): Promise<void> => {
    await Promise.all([postgres?.close(), redis?.close()]);
  };
  try {
    if (postgres === null || redis === null) {
      provide('servers', null);
    } else {
      await createPostgresTemplate(postgres.url());
      provide('servers', { databaseUrl: postgres.url(), redisUrl: redis.url });
    }
    return end;
  } catch (error) {
    await end();
    throw error;
  }
}
