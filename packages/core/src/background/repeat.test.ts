import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createBench } from '@pixsim7/testkit/bench';
import type { Bench } from '@pixsim7/testkit/bench';
import { repeat } from './repeat.ts';

let bench: Bench;
beforeEach(() => {
  bench = createBench();
});

/** Lets promises settle that wait for nothing from outside. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** The number of tries in each of the next minutes. */
async function triesPerMinute(tries: () => number, minutes: number): Promise<number[]> {
  const counts: number[] = [];
  for (let minute = 0; minute < minutes; minute += 1) {
    const before = tries();
    for (let second = 0; second < 60; second += 1) {
      bench.system.advance(1_000);
      await settle();
    }
    counts.push(tries() - before);
  }
  return counts;
}

describe('repeated work', () => {
  it('runs at its interval while it succeeds', async () => {
    const work = vi.fn(async () => undefined);
    const stop = repeat(bench.dependencies, { intervalMs: 2_000, longestRestMs: 8_000, failed: 'no', work });
    expect(await triesPerMinute(() => work.mock.calls.length, 2)).toEqual([30, 30]);
    await stop();
    bench.system.advance(60_000);
    expect(work).toHaveBeenCalledTimes(60);
  });

  it('rests longer and longer while it fails, and says so', async () => {
    const error = new Error('down');
    const work = vi.fn(() => Promise.reject(error));
    const stop = repeat(bench.dependencies, {
      intervalMs: 2_000,
      longestRestMs: 8_000,
      failed: 'it failed',
      atOnce: true,
      work,
    });
    const [first = 0, second = 0] = await triesPerMinute(() => work.mock.calls.length, 2);
    expect(first).toBeLessThan(20);
    // 60 s in rests of 4 to 8 s, rounded up to the ticks.
    expect(second).toBeLessThanOrEqual(15);
    expect(second).toBeGreaterThanOrEqual(7);
    expect(bench.logLines).toContainEqual(
      expect.objectContaining({
        message: 'it failed',
        fields: { error, retry_in_ms: expect.any(Number) as number },
      }),
    );
    await stop();
  });

  it('never runs twice at a time, and is waited for', async () => {
    let end = (): void => undefined;
    const work = vi.fn(
      () =>
        new Promise<void>((resolve) => {
          end = resolve;
        }),
    );
    const stop = repeat(bench.dependencies, {
      intervalMs: 1_000,
      longestRestMs: 1_000,
      failed: 'no',
      atOnce: true,
      work,
    });
    bench.system.advance(10_000);
    expect(work).toHaveBeenCalledTimes(1);
    let stopped = false;
    const stopping = stop().finally(() => {
      stopped = true;
    });
    await settle();
    expect(stopped).toBe(false);
    end();
    await stopping;
  });
});
