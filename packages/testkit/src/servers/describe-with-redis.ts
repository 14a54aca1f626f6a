import { afterAll, beforeAll, describe } from 'vitest';
import { requireServers } from './child-server.ts';
import { hasRedisServer, startRedisServer } from './redis-server.ts';
import type { RedisServer } from './redis-server.ts';

/**
 * A suite on a real Redis of its own. Without a `redis-server` it is reported as skipped; with `REQUIRE_SERVERS=1` it
 * fails instead.
 *
 * @param suite gets the way to the server, which runs from before the first test to after the last one
 */
export function describeWithRedis(name: string, suite: (server: () => RedisServer) => void): void {
  const missing = !hasRedisServer();
  if (missing) {
    requireServers('redis-server');
    describe.skipIf(missing)(`${name} (no redis-server here)`, () => {
      suite(noServer);
    });
    return;
  }
  describe(`${name} on Redis`, () => {
    let running: RedisServer | null = null;
    beforeAll(async () => {
      running = await startRedisServer();
    }, 60_000);
    afterAll(async () => {
      await running?.close();
    });
    suite(() => running ?? noServer());
  });
}

function noServer(): never {
  throw new Error('The server is started before the first test.');
}
