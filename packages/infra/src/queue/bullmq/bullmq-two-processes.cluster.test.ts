import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { StepHandler, StepQueue } from '@pixsim7/core';
import { describeWithRedis } from '@pixsim7/testkit/servers';
import { anHour, checkStatistics, createBullmqBench, offerCheck, waiting } from '../testing/bullmq-bench.ts';
import type { BullmqBench } from '../testing/bullmq-bench.ts';
import { watchRuns } from '../testing/run-watch.ts';

describeWithRedis('BullmqStepQueue shared by two processes', (server) => {
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

  it('runs no key in both at a time, and every key after its last offer', async () => {
    const lastOffer = new Map<string, number>();
    const lastStart = new Map<string, number>();
    let clock = 0;
    const watch = watchRuns(async (id) => {
      lastStart.set(id, (clock += 1));
      await setImmediate();
      return {};
    });
    const [first, second] = [bench.open(), bench.open()];
    await Promise.all([first, second].map((queue) => queue.start({ check: watch.handler })));

    await Promise.all(
      Array.from({ length: 600 }, async (_, number) => {
        const id = `sub_${number % 7}`;
        const queue = number % 2 === 0 ? first : second;
        lastOffer.set(id, (clock += 1));
        await offerCheck(queue, id);
      }),
    );
    await idle(first);
    expect(watch.maxAtATime()).toBe(1);
    for (const [id, at] of lastOffer) {
      expect(lastStart.get(id)).toBeGreaterThan(at);
    }
  });

  it('never runs a key in both while one asks for it again and the other offers it', async () => {
    const watch = watchRuns(async (id) => (runsOf(id) < 150 ? { again: Date.now() } : {}));
    const runsOf = (id: string): number => watch.runs.get(id) ?? 0;
    const [first, second] = [bench.open(), bench.open()];
    await Promise.all([first, second].map((queue) => queue.start({ check: watch.handler })));
    await offerCheck(first, 'sub_1');
    while (runsOf('sub_1') < 150) {
      await offerCheck(second, 'sub_1');
      // An offer of a key that runs in its process is only remembered, so it waits for nothing.
      await setImmediate();
    }
    await idle(first);
    expect(watch.maxAtATime()).toBe(1);
  });

  it('offers from one, runs in the other', async () => {
    const watch = watchRuns();
    const [api, worker] = [bench.open(), bench.open()];
    await worker.start({ check: watch.handler });
    await offerCheck(api, 'sub_1');
    await vi.waitFor(() => expect(watch.runs.get('sub_1')).toBe(1), waiting);
  });

  it('ends with the earlier time when both bring a key forward at once', async () => {
    const watch = watchRuns();
    const [first, second] = [bench.open(), bench.open()];
    const ids = Array.from({ length: 50 }, (_, number) => `sub_${number}`);
    await Promise.all(ids.map((id) => offerCheck(first, id, Date.now() + anHour)));
    await Promise.all(
      ids.flatMap((id) => [
        offerCheck(first, id, Date.now() + anHour / 2),
        offerCheck(second, id),
        offerCheck(first, id, Date.now() + anHour / 3),
      ]),
    );
    await first.start({ check: watch.handler });
    await vi.waitFor(() => expect(watch.runs.size).toBe(50), waiting);
  });

  it('tells in both what waits and runs in all', async () => {
    const gate = bench.createGate();
    const [first, second] = [bench.open(), bench.open()];
    await first.start({
      check: async () => {
        await gate.passed;
        return {};
      },
    });
    const later = Date.now() + anHour;
    await offerCheck(first, 'now');
    await offerCheck(second, 'later', later);
    await vi.waitFor(async () => {
      expect(await checkStatistics(second)).toEqual({
        step: 'check',
        waiting: 1,
        running: 1,
        earliest: later,
      });
    }, waiting);
  });

  it('counts the failures of a key, whoever runs it, and forgets them after a success', async () => {
    let failing = true;
    const handler: StepHandler = async () => {
      if (failing) {
        throw new Error('the disk is full');
      }
      return {};
    };
    const retryDelays = { firstMs: 1, longestMs: 8 };
    const [first, second] = [
      bench.open({ retryDelays, random: () => 1 }),
      bench.open({ retryDelays, random: () => 1 }),
    ];
    await Promise.all([first, second].map((queue) => queue.start({ check: handler })));
    await offerCheck(first, 'sub_1');
    await vi.waitFor(() => expect(bench.logger.failures.length).toBeGreaterThanOrEqual(6), waiting);
    expect(bench.logger.failures.slice(0, 6).map(({ fields }) => fields['retry_in_ms'])).toEqual([
      1, 2, 4, 8, 8, 8,
    ]);
    expect(bench.logger.failures[5]?.fields).toMatchObject({ step: 'check', id: 'sub_1', failures: 6 });

    failing = false;
    await idle(first);
    failing = true;
    bench.logger.failures.length = 0;
    await offerCheck(second, 'sub_1');
    await vi.waitFor(() => expect(bench.logger.failures[0]?.fields).toMatchObject({ failures: 1 }), waiting);
  });

  it('hands what is offered during a stop to the other', async () => {
    const gate = bench.createGate();
    const watch = watchRuns();
    const [stopping, staying] = [bench.open(), bench.open()];
    let begun = false;
    await stopping.start({
      check: async (id) => {
        begun = true;
        await gate.passed;
        await offerCheck(stopping, `${id}, next`);
        return { again: Date.now() };
      },
    });
    await offerCheck(stopping, 'sub_1');
    await vi.waitFor(() => expect(begun).toBe(true), waiting);
    const stopped = stopping.stop(anHour);
    await staying.start({ check: watch.handler });
    gate.open();
    await stopped;
    await vi.waitFor(() => expect([...watch.runs.keys()].sort()).toEqual(['sub_1', 'sub_1, next']), waiting);
  });
});
