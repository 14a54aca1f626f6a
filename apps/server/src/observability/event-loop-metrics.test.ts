import { createHistogram } from 'node:perf_hooks';
import { Registry } from 'prom-client';
import { beforeEach, describe, expect, it } from 'vitest';
import { showDelays, watchEventLoop } from './event-loop-metrics.ts';

const millisecond = 1_000_000;

let registry: Registry;

beforeEach(() => {
  registry = new Registry();
});

async function countUpTo(bound: string): Promise<number> {
  const [, count] = new RegExp(`le="${bound}"\\} (\\d+)`, 'u').exec(await registry.metrics()) ?? [];
  return Number(count);
}

const allCounts = (): Promise<number[]> =>
  Promise.all(['0.005', '0.01', '0.02', '0.05', '0.1', '0.25', '1', '\\+Inf'].map(countUpTo));

describe('the delays of the event loop', () => {
  it('are counted by their length', async () => {
    const recorded = createHistogram();
    const move = showDelays(registry, recorded);
    expect(await allCounts()).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
    for (const delay of [0, 1, 1, 8, 19, 21, 300, 4_000]) {
      // A monitor that looks every 5 ms records those too.
      recorded.record((delay + 5) * millisecond);
    }
    move();
    expect(await allCounts()).toEqual([3, 4, 5, 6, 6, 6, 7, 8]);
    const [, sum] = /_sum (\S+)/u.exec(await registry.metrics()) ?? [];
    expect(Number(sum)).toBeCloseTo(4.35, 1);
  });

  it('are counted once', async () => {
    const recorded = createHistogram();
    const move = showDelays(registry, recorded);
    recorded.record(35 * millisecond);
    move();
    move();
    recorded.record(5 * millisecond);
    move();
    expect(await allCounts()).toEqual([1, 1, 1, 2, 2, 2, 2, 2]);
  });

  it('are those of this process', async () => {
    let move = (): void => undefined;
    const stop = watchEventLoop(registry, {
      every: (_ms, work) => {
        move = work;
        return () => undefined;
      },
    });
    const nextTurn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));
    while ((await countUpTo('0.05')) === (await countUpTo('\\+Inf'))) {
      // Its first looks are what a delay is counted from, and the one after it is what tells of it.
      for (let turns = 0; turns < 20; turns += 1) {
        await nextTurn();
      }
      holdUp(60);
      await nextTurn();
      await nextTurn();
      move();
    }
    stop();
    expect(await countUpTo('0.02')).toBeGreaterThan(0);
  });
});

function holdUp(ms: number): void {
  const startedAt = performance.now();
  while (performance.now() - startedAt < ms) {
    // Computes nothing, on purpose.
  }
}
