import { beforeEach, describe, expect, it } from 'vitest';
import { createBench } from '@pixsim7/testkit/bench';
import type { Bench } from '@pixsim7/testkit/bench';
import { buildJob } from '@pixsim7/testkit/builders';
import { StaleRowError } from '../ports/index.ts';
import { write, writeRetrying } from './unit-of-work.ts';

let bench: Bench;
beforeEach(() => {
  bench = createBench();
});

const message = { step: 'dispatch', id: 'example' } as const;

describe('a unit of work', () => {
  it('wakes after its commit, each step once and at its earliest time', async () => {
    await write(bench.dependencies, async (unit) => {
      unit.wake(message, unit.now + 5_000);
      unit.wake(message);
      unit.wake(message, unit.now + 9_000);
      unit.wake({ step: 'dispatch', id: 'other' }, unit.now + 1_000);
      expect(bench.queue.take()).toEqual([]);
    });
    const now = bench.system.now();
    expect(bench.queue.take()).toEqual([
      { ...message, runAt: now },
      { step: 'dispatch', id: 'other', runAt: now + 1_000 },
    ]);
  });

  it('wakes nobody when it is rolled back', async () => {
    const failed = write(bench.dependencies, async (unit) => {
      unit.wake(message);
      await unit.jobs.insert(buildJob(), []);
      throw new Error('no');
    });
    await expect(failed).rejects.toThrow('no');
    expect(bench.queue.take()).toEqual([]);
  });

  it('runs again when it lost a race, and forgets what the lost run woke', async () => {
    let runs = 0;
    await writeRetrying(bench.dependencies, async (unit) => {
      runs += 1;
      unit.wake({ step: 'dispatch', id: `run ${runs}` });
      if (runs === 1) {
        throw new StaleRowError('Somebody was faster.');
      }
    });
    expect(bench.queue.take().map(({ id }) => id)).toEqual(['run 2']);
  });

  it('gives up after losing again and again', async () => {
    const lost = writeRetrying(bench.dependencies, () => Promise.reject(new StaleRowError('Again.')));
    await expect(lost).rejects.toThrow('Again.');
  });
});
