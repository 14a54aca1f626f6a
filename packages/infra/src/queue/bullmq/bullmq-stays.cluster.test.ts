import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { workerSteps } from '@pixsim7/contracts';
import { messageOf } from '@pixsim7/core';
import { describeStepQueueContract } from '@pixsim7/testkit/contracts';
import { describeWithRedis } from '@pixsim7/testkit/servers';
import { createScheduler } from '../scheduler.ts';
import { anHour, checkStatistics, createBullmqBench, offerCheck, waiting } from '../testing/bullmq-bench.ts';
import type { BullmqBench } from '../testing/bullmq-bench.ts';
import { watchRuns } from '../testing/run-watch.ts';

const stays = workerSteps;

describeWithRedis('the contract, with steps that stay', (server) => {
  describeStepQueueContract('BullmqStepQueue', async ({ checkConcurrency, firstRetryMs, clockAheadMs }) => {
    const now = (): number => Date.now() + clockAheadMs;
    const bench = createBullmqBench(server().url);
    return {
      queue: bench.open({
        stays,
        concurrency: { check: checkConcurrency },
        retryDelays: { firstMs: firstRetryMs, longestMs: firstRetryMs * 4 },
        random: () => 1,
        scheduler: createScheduler({ now, wallTime: Date.now }),
      }),
      now,
      loggedFailures: () => bench.logger.failures.length,
      close: () => bench.close(),
    };
  });
});

describeWithRedis('BullmqStepQueue with steps that stay', (server) => {
  let bench: BullmqBench;

  beforeEach(async () => {
    await server().start();
    bench = createBullmqBench(server().url);
  });

  afterEach(async () => {
    await bench.close();
  });

  const ids = (count: number): string[] => Array.from({ length: count }, (_, number) => `sub_${number}`);
  const carriedKeys = async (): Promise<string[]> =>
    (await bench.redis.keys(`${bench.prefix}:*`)).filter(
      (key) => key.includes('sub_') || key.includes('offered'),
    );

  it('runs what is due without Redis, however often it asks to go on', async () => {
    const queue = bench.open({ stays });
    const watch = watchRuns(async (id) => ((watch.runs.get(id) ?? 0) < 20 ? { again: Date.now() } : {}));
    await queue.start({ check: watch.handler });
    await bench.redis.config('RESETSTAT');
    for (const id of ids(10)) {
      await offerCheck(queue, id);
    }
    await vi.waitFor(() => expect([...watch.runs.values()]).toEqual(ids(10).map(() => 20)), waiting);
    const statistics = await bench.redis.info('commandstats');
    // An offer that BullMQ carries pushes to a list, and takes a lock.
    expect(statistics).not.toMatch(/cmdstat_lpush|cmdstat_rpush/u);
    expect(await carriedKeys()).toEqual([]);
  });

  it('hands over what has no room, and another process runs it', async () => {
    const gate = bench.createGate();
    const [first, second] = [bench.open({ stays, concurrency: { check: 4 } }), bench.open({ stays })];
    const [here, there] = [watchRuns(() => gate.passed.then(() => ({}))), watchRuns()];
    await first.start({ check: here.handler });
    await second.start({ check: there.handler });
    for (const id of ids(12)) {
      await offerCheck(first, id);
    }
    await vi.waitFor(() => expect(here.runs.size + there.runs.size).toBe(12), waiting);
    // Three of four places are for what stays; the fourth takes part in what is carried.
    expect(here.runs.size).toBeGreaterThanOrEqual(3);
    expect(here.runs.size).toBeLessThanOrEqual(4);
  });

  it('hands out what waits in Redis as soon as there are places, whatever else takes long', async () => {
    const queue = bench.open({ stays, concurrency: { check: 4 } });
    const other = bench.open({ stays });
    const [own, long] = [bench.createGate(), bench.createGate()];
    const watch = watchRuns(async (id) => {
      await (id.startsWith('own') ? own.passed : id === 'long' ? long.passed : undefined);
      return {};
    });
    await queue.start({ check: watch.handler });
    for (const id of ['own 1', 'own 2', 'own 3']) {
      await offerCheck(queue, id);
    }
    await offerCheck(other, 'long');
    await vi.waitFor(() => expect(watch.runs.size).toBe(4), waiting);
    await offerCheck(other, 'next');
    own.open();
    await vi.waitFor(() => expect(watch.runs.get('next')).toBe(1), waiting);
    expect(watch.runs.get('long')).toBe(1);
    expect(await checkStatistics(queue)).toMatchObject({ running: 1 });
  });

  it('hands over earlier while another process has nothing to do', async () => {
    const gate = bench.createGate();
    const [busy, idle] = [bench.open({ stays }), bench.open({ stays })];
    const there = watchRuns();
    await idle.start({ check: there.handler });
    // The busy one learns of the other when it tells its own load for the first time, or a second later.
    await vi.waitFor(async () => {
      expect(await bench.redis.scard(`${bench.prefix}:loads:workers`)).toBe(1);
    }, waiting);
    await busy.start({ check: () => gate.passed.then(() => ({})) });
    await vi.waitFor(async () => {
      expect(await bench.redis.scard(`${bench.prefix}:loads:workers`)).toBe(2);
    }, waiting);
    let offered = 0;
    await vi.waitFor(async () => {
      for (const end = offered + 20; offered < end; offered += 1) {
        await offerCheck(busy, `sub_${offered}`);
      }
      expect(there.runs.size).toBeGreaterThan(0);
    }, waiting);
  });

  it('is a producer alone before its start, and runs nothing', async () => {
    const [api, worker] = [bench.open({ stays }), bench.open({ stays })];
    const watch = watchRuns();
    await worker.start({ check: watch.handler });
    await offerCheck(api, 'sub_1');
    expect(api.holds(messageOf('check', 'sub_1'))).toBe(false);
    await vi.waitFor(() => expect(watch.runs.get('sub_1')).toBe(1), waiting);
  });

  it('runs no key twice at a time in a process, whether it stayed or was carried', async () => {
    const [worker, other] = [bench.open({ stays }), bench.open({ stays })];
    const watch = watchRuns(async () => {
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
      return {};
    });
    await worker.start({ check: watch.handler });
    for (let number = 0; number < 300; number += 1) {
      await offerCheck(number % 3 === 0 ? worker : other, `sub_${number % 7}`);
    }
    await vi.waitFor(async () => {
      expect(await checkStatistics(worker)).toMatchObject({ waiting: 0, running: 0 });
    }, waiting);
    expect([watch.runs.size, watch.maxAtATime()]).toEqual([7, 1]);
  });

  it('hands a key that failed to whoever is there after its pause', async () => {
    const retryDelays = { firstMs: 50, longestMs: 50 };
    const [failing, other] = [bench.open({ stays, retryDelays }), bench.open({ stays, retryDelays })];
    const watch = watchRuns();
    await failing.start({
      check: async () => {
        void failing.stop(anHour);
        throw new Error('the disk is full');
      },
    });
    await offerCheck(failing, 'sub_1');
    await vi.waitFor(() => expect(bench.logger.failures).toHaveLength(1), waiting);
    await other.start({ check: watch.handler });
    await vi.waitFor(() => expect(watch.runs.get('sub_1')).toBe(1), waiting);
    await vi.waitFor(async () => expect(await carriedKeys()).toEqual([]), waiting);
  });

  it('hands over at its stop what has not begun', async () => {
    const [stopping, staying] = [bench.open({ stays }), bench.open({ stays })];
    const [here, there] = [watchRuns(), watchRuns()];
    await stopping.start({ check: here.handler });
    // No turn of the event loop between the two.
    const offers = ids(5).map((id) => offerCheck(stopping, id));
    await Promise.all([...offers, stopping.stop(anHour)]);
    expect(here.runs.size).toBe(0);
    await staying.start({ check: there.handler });
    await vi.waitFor(() => expect([...there.runs.keys()].sort()).toEqual(ids(5)), waiting);
  });

  it('counts what stays, also in another process', async () => {
    const gate = bench.createGate();
    const [worker, api] = [bench.open({ stays }), bench.open({ stays })];
    await worker.start({ check: () => gate.passed.then(() => ({})) });
    await offerCheck(worker, 'sub_1');
    await offerCheck(worker, 'sub_2');
    expect(await checkStatistics(worker)).toMatchObject({ waiting: 0, running: 2 });
    await vi.waitFor(async () => {
      expect(await checkStatistics(api)).toMatchObject({ waiting: 0, running: 2 });
    }, waiting);
    gate.open();
    await worker.stop(anHour);
    expect(await checkStatistics(api)).toMatchObject({ running: 0 });
  });

  it('goes on with what is due while Redis is away', async () => {
    const queue = bench.open({ stays });
    const watch = watchRuns(async (id) => {
      await queue.offer(messageOf('dispatch', 'runway'), Date.now());
      await queue.offer(messageOf('submit', id), Date.now());
      return {};
    });
    const [dispatched, submitted] = [watchRuns(), watchRuns()];
    await queue.start({ check: watch.handler, dispatch: dispatched.handler, submit: submitted.handler });
    await server().stop();
    for (const id of ids(20)) {
      await offerCheck(queue, id);
    }
    await vi.waitFor(() => expect([watch.runs.size, submitted.runs.size]).toEqual([20, 20]), waiting);
    await vi.waitFor(() => expect(dispatched.runs.size).toBe(1), waiting);
  });

  it('dispatches for one provider in one process at a time, once more for those who came meanwhile', async () => {
    const queues = [bench.open({ stays }), bench.open({ stays }), bench.open({ stays })] as const;
    const gate = bench.createGate();
    const watch = watchRuns(async () => {
      await gate.passed;
      return {};
    });
    await Promise.all(queues.map((queue) => queue.start({ dispatch: watch.handler })));
    await queues[0].offer(messageOf('dispatch', 'runway'), Date.now());
    await vi.waitFor(() => expect(watch.runs.get('runway')).toBe(1), waiting);
    for (const queue of queues) {
      await queue.offer(messageOf('dispatch', 'runway'), Date.now());
    }
    await queues[1].offer(messageOf('dispatch', 'pika'), Date.now());
    await vi.waitFor(() => expect(watch.runs.get('pika')).toBe(1), waiting);
    gate.open();
    await vi.waitFor(() => expect(watch.runs.get('runway')).toBe(2), waiting);
    expect(watch.maxAtATime()).toBe(1);
  });

  it('dispatches again within seconds after a process died in it', async () => {
    const queue = bench.open({ stays });
    const watch = watchRuns();
    await queue.start({ dispatch: watch.handler });
    // As a process leaves it.
    await bench.redis.set(`${bench.prefix}:single:runway:holder`, 'a process that died', 'PX', 3_000);
    await vi.waitFor(
      async () => {
        await queue.offer(messageOf('dispatch', 'runway'), Date.now());
        expect(watch.runs.get('runway')).toBe(1);
      },
      { timeout: 20_000, interval: 100 },
    );
  });
});
