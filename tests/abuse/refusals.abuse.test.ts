import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeWithPostgres, describeWithRedis, startRedisServer } from '@pixsim7/testkit/servers';
import type { RedisServer } from '@pixsim7/testkit/servers';
import { providerRefusals, storageRefusals } from '../support/http-refusals.ts';
import { brokenPromises, formatFigures, measureRefusal, measureStart } from '../support/measure-refusal.ts';
import { postgresRefusals } from '../support/postgres-refusals.ts';
import { redisRefusals } from '../support/redis-refusals.ts';
import { startRefusableServer } from '../support/refusable-server.ts';
import type { RefusableServer } from '../support/refusable-server.ts';
import { report } from '../support/report.ts';

describeWithPostgres('a server whose servers refuse', (postgres) => {
  // Only for the skipping: the one below has settings that some refusals of Redis need.
  describeWithRedis('and Redis', () => {
    let redis: RedisServer | null;
    let server: RefusableServer;
    beforeAll(async () => {
      redis = await startRedisServer({ 'enable-protected-configs': 'yes' });
      if (redis === null) {
        throw new Error('There is a redis-server, or this suite is skipped.');
      }
      server = await startRefusableServer({ postgres: postgres(), redis });
    });
    afterAll(async () => {
      await server?.close();
      await redis?.close();
    });

    describe('Redis', () => {
      it.each(redisRefusals)('$name', async (refusal) => {
        const { redis: refusing, start } = server;
        const figures = await measureRefusal(refusal, { part: 'redis', server: refusing, start });
        report(formatFigures('Redis', figures));
        expect(brokenPromises(figures)).toEqual([]);
      });

      // A refusal of the first connection takes other ways through the clients.
      it.each(redisRefusals)('$name, from the start on', async (refusal) => {
        const { redis: refusing, start } = server;
        const figures = await measureStart(refusal, { part: 'redis', server: refusing, start });
        report(formatFigures('Redis', figures));
        expect(brokenPromises(figures)).toEqual([]);
      });
    });

    describe('PostgreSQL', () => {
      it.each(postgresRefusals)('$name', async (refusal) => {
        const { postgres: refusing, start } = server;
        const figures = await measureRefusal(refusal, { part: 'database', server: refusing, start });
        report(formatFigures('PostgreSQL', figures));
        expect(brokenPromises(figures)).toEqual([]);
      });
    });

    describe('the object store', () => {
      it.each(storageRefusals)('$name', async (refusal) => {
        const { storage, start, finishJobs } = server;
        const figures = await measureRefusal(refusal, {
          part: 'storage',
          server: storage,
          start,
          makeWork: finishJobs,
        });
        report(formatFigures('Storage', figures));
        expect(brokenPromises(figures)).toEqual([]);
      });
    });

    describe('a provider', () => {
      it.each(providerRefusals)('$name', async (refusal) => {
        const { provider, start, finishJobs } = server;
        const figures = await measureRefusal(refusal, {
          part: 'pixverse',
          server: provider,
          start,
          makeWork: finishJobs,
        });
        report(formatFigures('Provider', figures));
        expect(brokenPromises(figures)).toEqual([]);
      });
    });
  });
});
