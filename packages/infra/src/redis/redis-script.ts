import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';

/** Runs a script that Redis may know already. */
export type RedisScript = (keys: readonly string[], values: readonly string[]) => Promise<unknown>;

/** Names a script by its hash, and sends its text only to a Redis that does not know it (again). */
export function createRedisScript(client: Redis, lua: string): RedisScript {
  const hash = createHash('sha1').update(lua).digest('hex');
  return async (keys, values) => {
    try {
      return await client.evalsha(hash, keys.length, ...keys, ...values);
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) {
        throw error;
      }
      return client.eval(lua, keys.length, ...keys, ...values);
    }
  };
}
