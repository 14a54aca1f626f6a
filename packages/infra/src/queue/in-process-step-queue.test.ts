import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { messageOf, StaleRowError } from '@pixsim7/core';
import type { Logger, StepHandler, StepQueue } from '@pixsim7/core';
import { describeStepQueueContract } from '@pixsim7/testkit/contracts';
import { createInProcessStepQueue } from './in-process-step-queue.ts';
import { createScheduler } from './scheduler.ts';

function createLogger(): Logger & { readonly failures: Record<string, unknown>[] } {
  const failures: Record<string, unknown>[] = [];
  const ignore = (): void => undefined;
  return { failures, debug: ignore, info: ignore, warn: ignore, error: (fields) => failures.push(fields) };
}

describeStepQueueContract('InProcessStepQueue', async ({ checkConcurrency, firstRetryMs, clockAheadMs }) => {
  const logger = createLogger();
  const now = (): number => Date.now() + clockAheadMs;
  const queue = createInProcessStepQueue({
    logger,
    concurrency: { check: checkConcurrency },
    retryDelays: { firstMs: firstRetryMs, longestMs: firstRetryMs * 4 },
    random: () => 1,
    scheduler: createScheduler({ now, wallTime: Date.now }),
  });
  return {
    queue,
    now,
    loggedFailures: () => logger.failures.length,
    close: async () => undefined,
  };
});

describe('InProcessStepQueue in fake time', () => {
  const start = 1_790_000_000_000;
  const scheduler = createScheduler({ now: () => Date.now(), wallTime: () => Date.now() });
  let queue: StepQueue;
  let logger: ReturnType<typeof createLogger>;

  beforeEach(() => {
    vi.useFakeTimers({ now: start });
    logger = createLogger();
    queue = createInProcessStepQueue({ logger, random: () => 1, scheduler });
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  const offer = (id: string, runAt: number): Promise<void> => queue.offer(messageOf('check', id), runAt);
  const seconds = (): number => (Date.now() - start) / 1000;

  /** Starts with a check handler that notes the second of each run. */
  async function startNoting(handler: StepHandler = async () => ({})): Promise<[string, number][]> {
    const runs: [string, number][] = [];
    await queue.start({
      check: async (id, signal) => {
        runs.push([id, seconds()]);
        return handler(id, signal);
      },
    });
    return runs;
  }

  it('runs each message at its time, in order', async () => {
    const runs = await startNoting();
    await offer('third', start + 30_000);
    await offer('first', start + 1_000);
    await offer('second', start + 20_000);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(runs).toEqual([
      ['first', 1],
      ['second', 20],
      ['third', 30],
    ]);
  });

  it('waits longer after each failure in a row, up to a minute, and forgets them after a success', async () => {
    let failing = true;
    const runs = await startNoting(async () => {
      if (failing) {
        throw new Error('no');
      }
      return { again: Date.now() + 100_000 };
    });
    await offer('sub_1', start);
    await vi.advanceTimersByTimeAsync(200_000);
    const delays = logger.failures.map((fields) => fields['retry_in_ms']);
    expect(delays.slice(0, 8)).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
    expect(runs.slice(0, 4).map(([, at]) => Math.round(at))).toEqual([0, 1, 3, 7]);

    failing = false;
    await vi.advanceTimersByTimeAsync(60_000);
    failing = true;
    logger.failures.length = 0;
    await vi.advanceTimersByTimeAsync(100_500);
    expect(logger.failures[0]).toMatchObject({ step: 'check', id: 'sub_1', failures: 1, retry_in_ms: 1000 });
  });

  it('logs the error of a failure', async () => {
    const error = new Error('the disk is full');
    await startNoting(async () => {
      throw error;
    });
    await offer('sub_1', start);
    await vi.advanceTimersByTimeAsync(500);
    expect(logger.failures).toEqual([{ step: 'check', id: 'sub_1', failures: 1, retry_in_ms: 1000, error }]);
  });

  it('takes a handler that throws before its first await like any other failure', async () => {
    await queue.start({
      check: () => {
        throw new Error('at once');
      },
    });
    await offer('sub_1', start);
    await vi.advanceTimersByTimeAsync(500);
    expect(logger.failures).toHaveLength(1);
  });

  it('lets an offer bring a failed key forward', async () => {
    const runs = await startNoting(async () => {
      throw new Error('no');
    });
    await offer('sub_1', start);
    await vi.advanceTimersByTimeAsync(100);
    await offer('sub_1', start + 500);
    await vi.advanceTimersByTimeAsync(500);
    expect(runs).toHaveLength(2);
  });

  it('calls a race that is lost again and again a failure', async () => {
    const runs = await startNoting(async () => {
      throw new StaleRowError('changed');
    });
    await offer('sub_1', start);
    await vi.advanceTimersByTimeAsync(900);
    expect(runs).toHaveLength(6);
    expect(logger.failures).toHaveLength(1);
  });

  it('uses the earlier of what the handler asks for and what was offered meanwhile', async () => {
    const runs = await startNoting(async (id) => {
      if (seconds() < 1) {
        await offer(id, start + (id === 'offer first' ? 2_000 : 9_000));
        return { again: start + 5_000 };
      }
      return {};
    });
    await offer('offer first', start);
    await offer('again first', start);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(runs.map(([id, at]) => [id, Math.round(at)])).toEqual([
      ['offer first', 0],
      ['again first', 0],
      ['offer first', 2],
      ['again first', 5],
    ]);
  });

  it('waits for a time that is further away than a timer can be set', async () => {
    const runs = await startNoting();
    const days = 30 * 24 * 60 * 60;
    await offer('sub_1', start + days * 1000);
    // A timer that is set too far runs after a millisecond.
    await vi.advanceTimersByTimeAsync(120_000);
    expect(runs).toEqual([]);
    vi.setSystemTime(start + days * 1000);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(runs).toHaveLength(1);
  });

  it('notices within a minute that the clock was set forward', async () => {
    const runs = await startNoting();
    await offer('sub_1', start + 7_200_000);
    await vi.advanceTimersByTimeAsync(1000);
    vi.setSystemTime(start + 7_200_000);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(runs).toHaveLength(1);
  });

  it('does not keep the event loop from others when a handler always runs again at once', async () => {
    let otherRan = false;
    const runs = await startNoting(async () => ({ again: Date.now() }));
    setTimeout(() => {
      otherRan = true;
    }, 50);
    await offer('sub_1', start);
    await vi.advanceTimersByTimeAsync(100);
    expect(otherRan).toBe(true);
    expect(runs.length).toBeLessThanOrEqual(101);
  });

  it('carries 100,000 waiting checks with one timer', async () => {
    let runs = 0;
    await queue.start({
      check: async () => {
        runs += 1;
        return {};
      },
    });
    for (let number = 0; number < 100_000; number += 1) {
      await offer(`sub_${number}`, start + 3_600_000 + ((number * 7919) % 100_000));
    }
    expect(vi.getTimerCount()).toBe(1);
    expect((await queue.statistics()).find(({ step }) => step === 'check')).toEqual({
      step: 'check',
      waiting: 100_000,
      running: 0,
      earliest: start + 3_600_000,
    });
    await vi.advanceTimersByTimeAsync(3_600_000 + 50);
    expect(runs).toBe(51);
  });

  it('sets no timer any more after the stop', async () => {
    await startNoting();
    await offer('sub_1', start + 1000);
    await queue.stop(1000);
    await offer('sub_2', start + 1000);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('aborts at the shorter grace of two stops', async () => {
    const signals: AbortSignal[] = [];
    await startNoting(async (_id, signal) => {
      signals.push(signal);
      await new Promise((resolve) => {
        signal.addEventListener('abort', resolve);
      });
      return {};
    });
    await offer('sub_1', start);
    await vi.advanceTimersByTimeAsync(10);
    const patient = queue.stop(30_000);
    const hurried = queue.stop(100);
    await vi.advanceTimersByTimeAsync(99);
    expect(signals[0]?.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    await Promise.all([patient, hurried]);
    expect([signals[0]?.aborted, vi.getTimerCount()]).toEqual([true, 0]);
  });

  it('holds messages of a step that has no handler', async () => {
    await startNoting();
    await queue.offer({ step: 'deliver', id: 'x' }, start);
    await vi.advanceTimersByTimeAsync(1000);
    expect((await queue.statistics()).find(({ step }) => step === 'deliver')).toMatchObject({ waiting: 1 });
  });

  it('lists every step', async () => {
    const steps = (await queue.statistics()).map(({ step }) => step);
    expect(steps).toEqual(['dispatch', 'submit', 'check', 'ingest', 'poster', 'deliver']);
  });

  it('starts once', async () => {
    await queue.start({});
    await expect(queue.start({})).rejects.toThrow('it is started');
    await queue.stop(0);
    await expect(queue.start({})).rejects.toThrow('it is stopped');
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('refuses the time %s', async (runAt) => {
    await expect(offer('sub_1', runAt)).rejects.toThrow(RangeError);
  });

  it.each([
    ['dispatch', 4],
    ['submit', 160],
    ['check', 240],
    ['ingest', 60],
    ['poster', 1],
    ['deliver', 4],
  ] as const)('runs %s for up to %i rows at a time', async (step, most) => {
    queue = createInProcessStepQueue({ logger, scheduler });
    const endless = new Promise<never>(() => undefined);
    await queue.start({ [step]: () => endless });
    for (let number = 0; number < 300; number += 1) {
      await queue.offer(messageOf(step, `row ${number}`), start);
    }
    await vi.advanceTimersByTimeAsync(100);
    const statistics = (await queue.statistics()).find((entry) => entry.step === step);
    expect(statistics).toMatchObject({ running: most, waiting: 300 - most });
  });
});
