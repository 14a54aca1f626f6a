import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { StepQueue } from '@pixsim7/core';
import { describeWithRedis } from '@pixsim7/testkit/servers';
import { anHour, checkStatistics, createBullmqBench, offerCheck, waiting } from '../testing/bullmq-bench.ts';
import type { BullmqBench } from '../testing/bullmq-bench.ts';
import { watchRuns } from '../testing/run-watch.ts';

describeWithRedis('BullmqStepQueue in an outage', (server) => {
  let bench: BullmqBench;

  beforeEach(async () => {
    await server().start();
    bench = createBullmqBench(server().url);
  });

  afterEach(async () => {
    server().thaw();
    await bench.close();
  });

  /** As the resume loop does with rows that stay overdue. */
  async function offerUntilRun(
    queue: StepQueue,
    ids: readonly string[],
    runs: ReadonlyMap<string, number>,
  ): Promise<void> {
    await vi.waitFor(
      async () => {
        const missing = ids.filter((id) => !runs.has(id));
        for (const id of missing) {
          await offerCheck(queue, id);
        }
        expect(missing).toEqual([]);
      },
      { timeout: 20_000, interval: 100 },
    );
  }

  describe('FLUSHALL', () => {
    it('loses what waits, and nothing else', async () => {
      const queue = bench.open();
      const watch = watchRuns();
      await queue.start({ check: watch.handler });
      await offerCheck(queue, 'lost', Date.now() + anHour);
      await server().flushAll();
      expect(await checkStatistics(queue)).toEqual({ step: 'check', waiting: 0, running: 0, earliest: null });
      await offerUntilRun(queue, ['lost', 'new'], watch.runs);
      expect([...watch.runs.keys()].sort()).toEqual(['lost', 'new']);
    });

    it('under running handlers lets them end, and runs their keys again when they are offered again', async () => {
      const queue = bench.open();
      const gate = bench.createGate();
      const watch = watchRuns(async () => {
        await gate.passed;
        return {};
      });
      await queue.start({ check: watch.handler });
      const ids = ['sub_1', 'sub_2', 'sub_3'];
      for (const id of ids) {
        await offerCheck(queue, id);
      }
      await vi.waitFor(() => expect(watch.runs.size).toBe(3), waiting);
      await server().flushAll();
      for (const id of ids) {
        await offerCheck(queue, id);
      }
      gate.open();
      await vi.waitFor(() => expect([...watch.runs.values()]).toEqual([2, 2, 2]), waiting);
      expect(watch.maxAtATime()).toBe(1);
      await vi.waitFor(async () => {
        expect(await checkStatistics(queue)).toMatchObject({ waiting: 0, running: 0 });
      }, waiting);
    });

    it('in the middle of much work stops nothing', async () => {
      const [first, second] = [bench.open(), bench.open()];
      const watch = watchRuns();
      await Promise.all([first, second].map((queue) => queue.start({ check: watch.handler })));
      const ids = Array.from({ length: 400 }, (_, number) => `sub_${number}`);
      const offers = ids.map((id, number) => offerCheck(number % 2 === 0 ? first : second, id));
      await Promise.race(offers);
      await server().flushAll();
      await Promise.all(offers);
      await offerUntilRun(first, ids, watch.runs);
      expect(bench.logger.failures).toEqual([]);
    });
  });

  describe.each(['stop', 'kill'] as const)('after a %s of Redis', (end) => {
    it('resolves offers meanwhile, and goes on when it is back', async () => {
      const queue = bench.open();
      const watch = watchRuns();
      await queue.start({ check: watch.handler });
      await offerUntilRun(queue, ['before'], watch.runs);
      await server()[end]();
      await Promise.all(Array.from({ length: 100 }, (_, number) => offerCheck(queue, `meanwhile ${number}`)));
      expect([...watch.runs.keys()]).toEqual(['before']);
      await server().start();
      await offerUntilRun(queue, ['after', 'meanwhile 0'], watch.runs);
      expect(bench.logger.failures).toEqual([]);
    });
  });

  it('goes on with several workers after seconds without Redis', async () => {
    const queues = [bench.open(), bench.open()] as const;
    const watch = watchRuns();
    for (const queue of queues) {
      await queue.start({ check: watch.handler });
    }
    await server().stop();
    const back = Date.now() + 3_000;
    let number = 0;
    await vi.waitFor(
      async () => {
        for (const queue of queues) {
          await offerCheck(queue, `meanwhile ${(number += 1)}`);
        }
        expect(Date.now()).toBeGreaterThan(back);
      },
      { timeout: 20_000, interval: 50 },
    );
    await server().start();
    const ids = Array.from({ length: 40 }, (_, index) => `after ${index}`);
    await offerUntilRun(queues[0], ids, watch.runs);
    expect(bench.logger.failures).toEqual([]);
  });

  it('ends handlers that Redis left alone, whatever they ask for', async () => {
    const queue = bench.open();
    const gate = bench.createGate();
    const watch = watchRuns(async () => {
      await gate.passed;
      return { again: Date.now() };
    });
    await queue.start({ check: watch.handler });
    await offerCheck(queue, 'sub_1');
    await vi.waitFor(() => expect(watch.runs.size).toBe(1), waiting);
    await server().kill();
    gate.open();
    await server().start();
    await offerUntilRun(queue, ['sub_2'], watch.runs);
    expect(watch.maxAtATime()).toBe(1);
  });

  it('says once that offers are lost, with the reason', async () => {
    const queue = bench.open();
    await offerCheck(queue, 'sub_1', Date.now() + anHour);
    await server().kill();
    for (let number = 0; number < 50; number += 1) {
      await offerCheck(queue, `sub_${number}`);
    }
    const lost = bench.logger.warnings.filter(({ message }) => message === 'A step could not be offered.');
    expect(lost).toHaveLength(1);
    expect(lost[0]?.fields).toMatchObject({ step: 'check', heldBack: 0 });
    expect(bench.logger.failures).toEqual([]);
  });

  it('does not say what waits when it cannot know', async () => {
    const queue = bench.open();
    await server().stop();
    await expect(queue.statistics()).rejects.toMatchObject({ code: 'redis_unavailable' });
  });

  it('starts without Redis and works when it comes', async () => {
    await server().stop();
    const queue = bench.open();
    const watch = watchRuns();
    await queue.start({ check: watch.handler });
    await offerCheck(queue, 'too early');
    await server().start();
    await offerUntilRun(queue, ['sub_1'], watch.runs);
    expect([...watch.runs.keys()]).toEqual(['sub_1']);
  });

  it('does not wait for a Redis that takes connections and does not answer', async () => {
    const queue = bench.open();
    const watch = watchRuns();
    await queue.start({ check: watch.handler });
    await offerUntilRun(queue, ['before'], watch.runs);
    server().freeze();
    // The first offer finds out, 2 s long. If each of the others waited as long, the test would run out of time.
    for (let number = 0; number < 100; number += 1) {
      await offerCheck(queue, `meanwhile ${number}`);
    }
    await expect(queue.statistics()).rejects.toMatchObject({ code: 'redis_unavailable' });
    server().thaw();
    await offerUntilRun(queue, ['after'], watch.runs);
  });

  it.each(['stop', 'freeze'] as const)('stops without Redis (%s), aborting what runs', async (end) => {
    const queue = bench.open();
    let aborted = false;
    let begun = false;
    await queue.start({
      check: async (_id, signal) => {
        begun = true;
        await new Promise((resolve) => {
          signal.addEventListener('abort', resolve);
        });
        aborted = true;
        return {};
      },
    });
    await offerCheck(queue, 'sub_1');
    await vi.waitFor(() => expect(begun).toBe(true), waiting);
    await server()[end]();
    await queue.stop(1);
    expect(aborted).toBe(true);
  });

  it.each(['stop', 'kill'] as const)(
    'holds no process that stopped its queue after a %s of Redis',
    async (end) => {
      const directory = mkdtempSync(join(tmpdir(), 'pixsim7-program-'));
      const program = join(directory, 'program.cjs');
      buildSync({
        stdin: {
          contents: `
          import { createBullmqStepQueue } from './bullmq-step-queue.ts';
          import { createScheduler } from '../scheduler.ts';
          const quiet = () => undefined;
          const queue = createBullmqStepQueue({
            redisUrl: process.argv[2],
            prefix: process.argv[3],
            logger: { debug: quiet, info: quiet, warn: quiet, error: console.error },
            scheduler: createScheduler({ now: Date.now, wallTime: Date.now }),
          });
          queue.start({ check: async () => { console.log('running'); return { again: Date.now() }; } });
          queue.offer({ step: 'check', id: 'sub_1' }, Date.now());
          process.once('SIGTERM', () => queue.stop(1));`,
          resolveDir: fileURLToPath(new URL('.', import.meta.url)),
        },
        conditions: ['@pixsim7/source'],
        outfile: program,
        bundle: true,
        platform: 'node',
        logLevel: 'error',
      });
      const child = spawn(process.execPath, [program, server().url, bench.prefix], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const exited = once(child, 'exit');
      try {
        await once(child.stdout, 'data');
        child.stdout.resume();
        await server()[end]();
        child.kill('SIGTERM');
        expect(await exited).toEqual([0, null]);
      } finally {
        child.kill('SIGKILL');
        rmSync(directory, { recursive: true });
      }
    },
  );
});
