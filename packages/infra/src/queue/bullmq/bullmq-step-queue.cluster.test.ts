import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { StaleRowError } from '@pixsim7/core';
import type { StepQueue } from '@pixsim7/core';
import { describeStepQueueContract } from '@pixsim7/testkit/contracts';
import { describeWithRedis } from '@pixsim7/testkit/servers';
import { createScheduler } from '../scheduler.ts';
import { anHour, checkStatistics, createBullmqBench, offerCheck, waiting } from '../testing/bullmq-bench.ts';
import type { BullmqBench } from '../testing/bullmq-bench.ts';
import { watchRuns } from '../testing/run-watch.ts';

describeWithRedis('the contract', (server) => {
  describeStepQueueContract('BullmqStepQueue', async ({ checkConcurrency, firstRetryMs, clockAheadMs }) => {
    const now = (): number => Date.now() + clockAheadMs;
    const bench = createBullmqBench(server().url);
    return {
      queue: bench.open({
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

describeWithRedis('BullmqStepQueue', (server) => {
  let bench: BullmqBench;

  beforeEach(() => {
    bench = createBullmqBench(server().url);
  });

  afterEach(async () => {
    await bench.close();
  });

  async function idle(queue: StepQueue): Promise<void> {
    await vi.waitFor(async () => {
      expect(await checkStatistics(queue)).toMatchObject({ waiting: 0, running: 0, earliest: null });
    }, waiting);
  }

  it('calls a race that is lost again and again a failure', async () => {
    const queue = bench.open({ retryDelays: { firstMs: anHour, longestMs: anHour } });
    const watch = watchRuns(async () => {
      throw new StaleRowError('changed');
    });
    await queue.start({ check: watch.handler });
    await offerCheck(queue, 'sub_1');
    await vi.waitFor(() => expect(bench.logger.failures).toHaveLength(1), waiting);
    expect(watch.runs.get('sub_1')).toBe(6);
  });

  it('lets an offer bring a failed key forward', async () => {
    const queue = bench.open({ retryDelays: { firstMs: anHour, longestMs: anHour } });
    let runs = 0;
    await queue.start({
      check: async () => {
        runs += 1;
        if (runs === 1) {
          throw new Error('once');
        }
        return {};
      },
    });
    await offerCheck(queue, 'sub_1');
    await vi.waitFor(async () => {
      expect(bench.logger.failures).toHaveLength(1);
      expect(await checkStatistics(queue)).toMatchObject({ waiting: 1, running: 0 });
    }, waiting);
    await offerCheck(queue, 'sub_1');
    await vi.waitFor(() => expect(runs).toBe(2), waiting);
  });

  it('keeps the earlier of what the handler asks for and what was offered meanwhile', async () => {
    const queue = bench.open();
    const sooner = Date.now() + anHour;
    await queue.start({
      check: async (id: string) => {
        await offerCheck(queue, id, id === 'offered sooner' ? sooner : sooner + 5_000);
        return { again: id === 'offered sooner' ? sooner + 5_000 : sooner + 1 };
      },
    });
    await offerCheck(queue, 'offered sooner');
    await vi.waitFor(async () => {
      expect(await checkStatistics(queue)).toMatchObject({ waiting: 1, running: 0, earliest: sooner });
    }, waiting);
    await offerCheck(queue, 'asked sooner');
    await vi.waitFor(async () => {
      expect(await checkStatistics(queue)).toMatchObject({ waiting: 2, running: 0, earliest: sooner });
    }, waiting);
  });

  it('takes any text as an id', async () => {
    const queue = bench.open();
    const watch = watchRuns();
    const ids = ['42', '0', 'a:b', 'a:b:c:d', 'with space', 'ünïcode/€', '%3A'];
    await queue.start({ check: watch.handler });
    for (const id of ids) {
      await offerCheck(queue, id);
    }
    await idle(queue);
    expect([...watch.runs.keys()].sort()).toEqual([...ids].sort());
  });

  it('runs 1,000 delayed keys, each once and not before its time', async () => {
    const queue = bench.open();
    const dueAt = new Map<string, number>();
    const early: string[] = [];
    const watch = watchRuns(async (id) => {
      if (Date.now() < (dueAt.get(id) ?? Infinity)) {
        early.push(id);
      }
      return {};
    });
    await queue.start({ check: watch.handler });
    const from = Date.now() + 500;
    await Promise.all(
      Array.from({ length: 1_000 }, async (_, number) => {
        const id = `sub_${number}`;
        dueAt.set(id, from + ((number * 7919) % 1_000));
        await offerCheck(queue, id, dueAt.get(id));
      }),
    );
    await idle(queue);
    expect([watch.runs.size, Math.max(...watch.runs.values()), early]).toEqual([1_000, 1, []]);
  });

  it('leaves no job behind', async () => {
    const queue = bench.open();
    const watch = watchRuns();
    await queue.start({ check: watch.handler });
    for (let number = 0; number < 20; number += 1) {
      await offerCheck(queue, `sub_${number}`);
    }
    await idle(queue);
    const left = await bench.redis.keys(`${bench.prefix}:*`);
    expect(left.filter((key) => key.includes('sub_') || key.includes('offered'))).toEqual([]);
  });

  it('places a key again that a process noted and did not live to add', async () => {
    await bench.redis.zadd(`${bench.prefix}:offered:check:times`, Date.now() - 120_000, 'sub_1');
    const queue = bench.open();
    const watch = watchRuns();
    await queue.start({ check: watch.handler });
    await idle(queue);
    expect([...watch.runs]).toEqual([['sub_1', 1]]);
  });

  it('moves a delayed job to the noted time when it is offered again', async () => {
    const queue = bench.open();
    const watch = watchRuns();
    await offerCheck(queue, 'sub_1', Date.now() + anHour);
    // As if a process had ended between its note and the change of the job.
    await bench.redis.zadd(`${bench.prefix}:offered:check:times`, Date.now(), 'sub_1');
    await offerCheck(queue, 'sub_1', Date.now() + anHour);
    await queue.start({ check: watch.handler });
    await idle(queue);
    expect(watch.runs.get('sub_1')).toBe(1);
  });

  it('runs what was running in a process that died', async () => {
    const queue = bench.open();
    await offerCheck(queue, 'sub_1');
    // A dead process leaves an active job whose lock has run out.
    await bench.redis.rpoplpush(`${bench.prefix}:check:wait`, `${bench.prefix}:check:active`);
    expect(await checkStatistics(queue)).toMatchObject({ running: 1 });
    const watch = watchRuns();
    await queue.start({ check: watch.handler });
    await vi.waitFor(() => expect(watch.runs.get('sub_1')).toBe(1), waiting);
    await idle(queue);
  });

  it('lists every step', async () => {
    const steps = (await bench.open().statistics()).map(({ step }) => step);
    expect(steps).toEqual(['dispatch', 'submit', 'check', 'ingest', 'poster', 'deliver']);
  });

  it('holds messages of a step that has no handler', async () => {
    const queue = bench.open();
    await queue.start({});
    await offerCheck(queue, 'sub_1');
    expect(await checkStatistics(queue)).toMatchObject({ waiting: 1, running: 0 });
  });

  it('starts once', async () => {
    const queue = bench.open();
    await queue.start({});
    await expect(queue.start({})).rejects.toThrow('it is started');
    await queue.stop(0);
    await expect(queue.start({})).rejects.toThrow('it is closed');
  });

  it('ignores offers after the stop, and stops twice', async () => {
    const [stopped, other] = [bench.open(), bench.open()];
    await stopped.stop(0);
    await stopped.stop(0);
    await offerCheck(stopped, 'sub_1');
    expect(await checkStatistics(other)).toMatchObject({ waiting: 0 });
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('refuses the time %s', async (runAt) => {
    await expect(offerCheck(bench.open(), 'sub_1', runAt)).rejects.toThrow(RangeError);
  });
});
