import { readFileSync } from 'node:fs';
import { reasonOf } from '@pixsim7/infra';
import type { RedisAddress } from '@pixsim7/infra';
import { ConfigurationError } from './settings.ts';
import type { Settings } from './settings.ts';

/**
 * The address of Redis and the certificates to trust; null if there is no Redis. @throws ConfigurationError when the file
 * cannot be read
 */
export function redisAddress({
  REDIS_URL,
  REDIS_CA_FILE,
}: Pick<Settings, 'REDIS_URL' | 'REDIS_CA_FILE'>): RedisAddress | null {
  if (REDIS_URL === undefined) {
    return null;
  }
  if (REDIS_CA_FILE === undefined) {
    return { redisUrl: REDIS_URL };
  }
  try {
    return { redisUrl: REDIS_URL, redisCa: readFileSync(REDIS_CA_FILE, 'utf8') };
  } catch (error) {
    throw new ConfigurationError([`REDIS_CA_FILE: cannot be read: ${reasonOf(error)}`]);
  }
}
