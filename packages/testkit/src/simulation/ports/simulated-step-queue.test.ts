import { describe, expect, it } from 'vitest';
import { messageOf } from '@pixsim7/core';
import type { StepHandler, StepMessage } from '@pixsim7/core';
import { noRisks, SimulatedProcess } from '../machine/process.ts';
import { Random } from '../machine/random.ts';
import { outsideWorld, Scheduler } from '../machine/scheduler.ts';
import { SimulatedBroker } from './simulated-step-queue.ts';
import type { QueueRisks } from './simulated-step-queue.ts';

const check = (id: string): StepMessage => messageOf('check', id);

function create(risks: Partial<QueueRisks> = {}) {
  const scheduler = new Scheduler(new Random(1), 0);
  const failures: string[] = [];
  const broker = new SimulatedBroker(
    scheduler,
    new Random(2),
    { loss: 0, duplicate: 0, ...risks },
    ({ id }, error) => failures.push(`${id}: ${String(error)}`),
  );
  const startProcess = (name: string): SimulatedProcess =>
    new SimulatedProcess(name, scheduler, new Random(3), noRisks, () => undefined);
  const settle = (): Promise<unknown> => scheduler.run(() => false, 10_000);
  return { scheduler, broker, failures, startProcess, settle };
}

/** Notes when each message ran, and takes some virtual time for it. */
function noteRuns(scheduler: Scheduler, runs: string[], takesMs = 0): StepHandler {
  return async (id) => {
    runs.push(`${id} at ${scheduler.now}`);
    await scheduler.wait(outsideWorld, takesMs);
    return {};
  };
}

describe('SimulatedBroker', () => {
  it('runs a message at its time, and a key that is offered twice at the earlier one', async () => {
    const { scheduler, broker, startProcess, settle } = create();
    const queue = broker.connect(startProcess('p1'));
    const runs: string[] = [];
    await queue.start({ check: noteRuns(scheduler, runs) });
    await queue.offer(check('a'), 500);
    await queue.offer(check('a'), 100);
    await queue.offer(check('a'), 900);
    await settle();
    expect(runs).toEqual(['a at 100']);
  });

  it('runs a key that is offered while it runs once more afterwards', async () => {
    const { scheduler, broker, startProcess, settle } = create();
    const queue = broker.connect(startProcess('p1'));
    const runs: string[] = [];
    await queue.start({ check: noteRuns(scheduler, runs, 1_000) });
    await queue.offer(check('a'), 0);
    scheduler.after(outsideWorld, 300, () => void queue.offer(check('a'), 0));
    await settle();
    expect(runs).toEqual(['a at 0', 'a at 1000']);
  });

  it('offers again what the handler asks for, and what throws with a growing delay', async () => {
    const { scheduler, broker, failures, startProcess, settle } = create();
    const queue = broker.connect(startProcess('p1'));
    const times: number[] = [];
    await queue.start({
      check: async () => {
        times.push(scheduler.now);
        if (times.length <= 2) {
          throw new Error('not yet');
        }
        return times.length === 3 ? { again: 10_000 } : {};
      },
    });
    await queue.offer(check('a'), 0);
    await settle();
    expect(times).toEqual([0, 1_000, 3_000, 10_000]);
    expect(failures).toEqual(['a: Error: not yet', 'a: Error: not yet']);
  });

  it('loses messages', async () => {
    const { scheduler, broker, startProcess, settle } = create({ loss: 1 });
    const queue = broker.connect(startProcess('p1'));
    const runs: string[] = [];
    await queue.start({ check: noteRuns(scheduler, runs) });
    await queue.offer(check('a'), 0);
    await settle();
    expect(runs).toEqual([]);
  });

  it('delivers twice: to one process one after the other, to two at the same time', async () => {
    const alone = create({ duplicate: 1 });
    const runs: string[] = [];
    const queue = alone.broker.connect(alone.startProcess('p1'));
    await queue.start({ check: noteRuns(alone.scheduler, runs, 10_000) });
    await queue.offer(check('a'), 0);
    await alone.scheduler.run(() => runs.length >= 2, 100);
    expect(Number(runs[1]?.split(' ').at(-1))).toBeGreaterThanOrEqual(10_000);

    const { scheduler, broker, startProcess, settle } = create({ duplicate: 1 });
    const both: string[] = [];
    for (const name of ['p1', 'p2']) {
      await broker.connect(startProcess(name)).start({ check: noteRuns(scheduler, both, 10) });
    }
    await broker.connect(startProcess('p3')).offer(check('a'), 50);
    await settle();
    expect(both).toEqual(['a at 50', 'a at 50']);
  });

  it('forgets the processes that died and delivers to the living', async () => {
    const { scheduler, broker, startProcess, settle } = create();
    const [dead, alive] = [startProcess('p1'), startProcess('p2')];
    const [onDead, onAlive]: [string[], string[]] = [[], []];
    await broker.connect(dead).start({ check: noteRuns(scheduler, onDead) });
    await broker.connect(alive).start({ check: noteRuns(scheduler, onAlive) });
    dead.crash('test');
    for (const id of ['a', 'b', 'c', 'd']) {
      await broker.connect(alive).offer(check(id), 0);
    }
    await settle();
    expect(onDead).toEqual([]);
    expect(onAlive).toHaveLength(4);
  });

  it('waits for running handlers when it stops, aborts them after the grace, and takes nothing more', async () => {
    const { scheduler, broker, startProcess, settle } = create();
    const queue = broker.connect(startProcess('p1'));
    let abortedAt: number | null = null;
    await queue.start({
      check: async (_id, signal) => {
        signal.addEventListener('abort', () => {
          abortedAt = scheduler.now;
        });
        while (!signal.aborted) {
          await scheduler.wait(outsideWorld, 100);
        }
        return {};
      },
    });
    await queue.offer(check('a'), 0);
    const ended: string[] = [];
    scheduler.after(outsideWorld, 50, () => {
      void queue.stop(1_000).then(() => ended.push('stopped'));
    });
    await settle();
    expect(abortedAt).toBe(1_050);
    expect(ended).toEqual(['stopped']);
    const stoppedAt = scheduler.now;
    await queue.offer(check('b'), stoppedAt);
    await settle();
    expect(scheduler.now).toBe(stoppedAt);
    expect(await queue.statistics()).toMatchObject([{ step: 'check', running: 0 }]);
  });
});
