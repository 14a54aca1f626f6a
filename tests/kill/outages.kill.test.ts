import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import type { Health } from '@pixsim7/contracts';
import { describeWithPostgres, describeWithRedis } from '@pixsim7/testkit/servers';
import { startCluster } from '../support/cluster-under-test.ts';
import type { ClusterUnderTest } from '../support/cluster-under-test.ts';
import { expectEventsOnceInOrder, expectPromisesKept } from '../support/promises.ts';
import { report } from '../support/report.ts';
import type { Member } from '../support/server-cluster.ts';

const jobCount = 60;
const duringOutage = 5;
const redisAwayMs = 10_000;
const frozenMs = 30_000;
/** A lost timer of a check is noticed within a minute, a lease runs out after half of one. */
const timeoutMs = 600_000;
/** Health keeps a look for a second, and each part of a look may take two. */
const noticed = { timeout: 30_000, interval: 250 };

let cluster: ClusterUnderTest | null = null;

afterEach(async () => {
  for (const { program } of cluster?.servers.members ?? []) {
    program?.thaw();
  }
  await cluster?.close();
  cluster = null;
});

interface Answer {
  readonly status: number;
  readonly health: Health;
  readonly ready: number;
}

/** The answers of one process about itself, without a key. */
async function ask({ program }: Member): Promise<Answer> {
  const [health, ready] = await Promise.all([
    fetch(`${program?.ready}/health`),
    fetch(`${program?.ready}/ready`),
  ]);
  await ready.arrayBuffer();
  return { status: health.status, health: (await health.json()) as Health, ready: ready.status };
}

/** Every process of a list says this of itself, sooner or later. */
async function untilAllSay(members: readonly Member[], expected: object): Promise<void> {
  await expect.poll(() => Promise.all(members.map(ask)), noticed).toMatchObject(members.map(() => expected));
}

const range = (from: number, count: number): number[] => Array.from({ length: count }, (_, at) => from + at);

describeWithPostgres('five processes in outages', (postgres) => {
  describeWithRedis('and Redis', (redis) => {
    it(
      'say what is wrong while it is wrong, recover by themselves, pay once and lose nothing',
      async () => {
        const startedAt = Date.now();
        cluster = await startCluster({
          roles: ['worker', 'worker', 'worker', 'api', 'api'],
          slots: [30, 20],
          postgres: postgres(),
          redis: redis(),
        });
        const { members } = cluster.servers;
        const healthy = {
          status: 200,
          ready: 200,
          health: {
            status: 'healthy',
            database: 'connected',
            redis: 'connected',
            mode: 'cluster',
            checks: { database: { status: 'ok' }, redis: { status: 'ok' }, queue: { status: 'ok' } },
          },
        };
        await untilAllSay(members, healthy);
        await cluster.createJobs(range(0, jobCount));

        await redis().flushAll();
        await sleep(1_000);

        // A frozen process cannot say anything; the others must go on without it.
        const [frozen, ...awake] = members;
        frozen?.program?.freeze();
        const frozenAt = Date.now();

        await redis().stop();
        const redisStoppedAt = Date.now();
        await untilAllSay(awake, {
          status: 200,
          ready: 200,
          health: {
            status: 'degraded',
            database: 'connected',
            redis: 'disconnected',
            checks: { redis: { status: 'down' }, queue: { status: 'down' } },
          },
        });
        // Nobody has to wait with a request until Redis is back.
        await cluster.createJobs(range(jobCount, duringOutage));
        await sleep(Math.max(0, redisStoppedAt + redisAwayMs - Date.now()));
        await redis().start();
        await untilAllSay(awake, healthy);

        await postgres().stop();
        await untilAllSay(awake, {
          status: 503,
          ready: 503,
          health: {
            status: 'degraded',
            database: 'disconnected',
            redis: 'connected',
            checks: { database: { status: 'down' } },
          },
        });
        await postgres().start();
        await untilAllSay(awake, healthy);

        await sleep(Math.max(0, frozenAt + frozenMs - Date.now()));
        frozen?.program?.thaw();
        await untilAllSay(members, healthy);

        await cluster.untilAllEnded(timeoutMs);
        expect(cluster.servers.crashes).toEqual([]);
        const jobs = jobCount + duringOutage;
        const paid = await expectPromisesKept(cluster, jobs);
        const events = await expectEventsOnceInOrder(cluster, postgres().url());
        report(
          [
            `${jobs} jobs, Redis emptied and stopped for ${redisAwayMs / 1_000} s, PostgreSQL restarted,`,
            `a worker frozen for ${frozenMs / 1_000} s: ${(paid / jobs).toFixed(2)} paid generations per job,`,
            `${events} events, ${Math.round((Date.now() - startedAt) / 1_000)} s`,
          ].join(' '),
        );
      },
      timeoutMs + 120_000,
    );
  });
});
