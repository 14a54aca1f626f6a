import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import type { Job } from '@pixsim7/contracts';
import { describeWithPostgres, describeWithRedis } from '@pixsim7/testkit/servers';
import { atATime, startCluster } from '../support/cluster-under-test.ts';
import type { ClusterUnderTest } from '../support/cluster-under-test.ts';
import { Disturbance } from '../support/disturbance.ts';
import { inGroups } from '../support/in-groups.ts';
import { extendRequest } from '../support/mixed-jobs.ts';
import { expectEventsOnceInOrder, expectPromisesKept } from '../support/promises.ts';
import { chooseSeed, createRandom } from '../support/random.ts';
import { report } from '../support/report.ts';

const firstJobs = 450;
const extensions = 50;
/**
 * Of the eight accounts. Fewer than jobs, so most wait for one; and many, because the first look at a generation comes
 * after 48 s, and what is learned from that shortens the next looks only by a fifth each time.
 */
const slots = [20, 24, 28, 32, 36, 40, 44, 48];
/** One kill a second for so long, in which jobs are created, run and end; then it gets quiet, so the last can end. */
const disturbedMs = 75_000;
/** Ten times what it takes on two idle cores. */
const timeoutMs = 1_200_000;

let cluster: ClusterUnderTest | null = null;
let disturbance: Disturbance | null = null;

afterEach(async () => {
  await disturbance?.end();
  disturbance = null;
  await cluster?.close();
  cluster = null;
});

/** Makes longer videos of the first ones that are there. */
async function createExtensions({ client }: ClusterUnderTest): Promise<void> {
  let done: Job[] = [];
  while (done.length < extensions) {
    await sleep(1_000);
    done = await client.jobs('completed');
  }
  await inGroups(done.slice(0, extensions), atATime, (job, index) =>
    client.createJob(extendRequest(job.assets[0]?.id ?? ''), `extend-${index}`),
  );
}

describeWithPostgres('five processes under kill -9', (postgres) => {
  describeWithRedis('and Redis', (redis) => {
    it(
      'pay once for each of 500 jobs and lose nothing',
      async () => {
        const seed = chooseSeed();
        report(`Repeat with KILL_SEED=${seed}`);
        const random = createRandom(seed);
        const startedAt = Date.now();
        cluster = await startCluster({
          roles: ['worker', 'worker', 'worker', 'api', 'api'],
          slots,
          postgres: postgres(),
          redis: redis(),
        });
        disturbance = new Disturbance(cluster, random);
        await cluster.createJobs(Array.from({ length: firstJobs }, (_, index) => index));
        await createExtensions(cluster);
        await sleep(Math.max(0, startedAt + disturbedMs - Date.now()));
        await disturbance.end();
        await cluster.untilAllEnded(timeoutMs);
        await cluster.servers.untilAllRun();
        expect(cluster.servers.crashes).toEqual([]);
        expect(cluster.servers.kills).toBeGreaterThan(0);
        expect(disturbance.spoiltRequests).toBeGreaterThan(0);

        const jobs = firstJobs + extensions;
        const paid = await expectPromisesKept(cluster, jobs);
        const events = await expectEventsOnceInOrder(cluster, postgres().url());
        const reconnects = cluster.followers.reduce((sum, follower) => sum + follower.reconnects, 0);
        report(
          [
            `${jobs} jobs, ${cluster.servers.kills} kills, ${disturbance.spoiltRequests} spoilt requests at the provider,`,
            `${(paid / jobs).toFixed(2)} paid generations per job, ${events} events over ${reconnects} reconnects,`,
            `${Math.round((Date.now() - startedAt) / 1_000)} s`,
          ].join(' '),
        );
      },
      timeoutMs + 60_000,
    );
  });
});
