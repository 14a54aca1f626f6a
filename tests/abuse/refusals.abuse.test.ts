import {
  describeWithPostgres,
  describeWithRedis,
  startRedisServer,
  type RedisServer,
} from '@pixsim7/testkit/servers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postgresRefusals } from '../support/postgres-refusals.ts';
import { redisRefusals } from '../support/redis-refusals.ts';
import {
  formatFigures,
  measureRefusal,
  startRefusableServer,
  type RefusableServer,
  type RefusalFigures,
} from '../support/refusable-server.ts';
import { report } from '../support/report.ts';

const windowMs = 5_000;
const patienceMs = 60_000;

/** A healthy process with a dozen jobs sends about 20 pieces a second to each; a loop without a pause sends thousands. */
const mostTriesPerSecond = 60;
const mostCpu = 0.6;
const noticedWithinMs = 10_000;
const recoveredWithinMs = 20_000;
/** The grace of running steps and the closing, which together stay below the 30 s of service managers. */
const exitWithinMs = 28_000;

function expectPromises(
  { triesPerSecond, cpu, noticedMs, recoveredMs, exitMs, exitCode }: RefusalFigures,
  isNamed: boolean,
): void {
  expect(triesPerSecond).toBeLessThan(mostTriesPerSecond);
  expect(cpu).toBeLessThan(mostCpu);
  if (isNamed) expect(noticedMs ?? Infinity).toBeLessThan(noticedWithinMs);
  expect(recoveredMs ?? Infinity).toBeLessThan(recoveredWithinMs);
  expect(exitMs).toBeLessThan(exitWithinMs);
  expect(exitCode).toBe(0);
}

describeWithPostgres('a server whose servers refuse', (postgres) => {
  // For the refusals of Redis that only its own settings can bring about; 6.2 does not know them.
  describeWithRedis('and Redis', (_) => {
    let redis: RedisServer | null;
    let server: RefusableServer;
    beforeAll(async () => {
      redis = await startRedisServer({ 'enable-protected-configs': 'yes' });
      if (redis === null) throw new Error('There is a redis-server, or this suite is skipped.');
      server = await startRefusableServer({ postgres: postgres(), redis });
    });
    afterAll(async () => {
      await server?.close();
      await redis?.close();
    });

    describe('Redis', () => {
      it.each(redisRefusals)('$name', async (refusal) => {
        const figures = await measureRefusal(refusal, {
          part: 'redis',
          server: server.redis,
          start: server.start,
          windowMs,
          patienceMs,
        });
        report(`Redis       ${formatFigures(figures)}`);
        expectPromises(figures, refusal.code !== null);
      });
    });

    describe('PostgreSQL', () => {
      it.each(postgresRefusals)('$name', async (refusal) => {
        const figures = await measureRefusal(refusal, {
          part: 'database',
          server: server.postgres,
          start: server.start,
          windowMs,
          patienceMs,
        });
        report(`PostgreSQL  ${formatFigures(figures)}`);
        expectPromises(figures, refusal.code !== null);
      });
    });
  });
});
