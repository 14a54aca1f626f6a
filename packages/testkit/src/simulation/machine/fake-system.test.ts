import { describe, expect, it } from 'vitest';
import { isIdentifier } from '@pixsim7/contracts';
import { createFakeSystem } from './fake-system.ts';
import { MachineClock } from './machine-clock.ts';
import { Random } from './random.ts';
import { Scheduler } from './scheduler.ts';

function create(seed: number): { scheduler: Scheduler; system: ReturnType<typeof createFakeSystem> } {
  const scheduler = new Scheduler(new Random(1), 5_000);
  const waiter = { alive: true, frozenUntil: 0 };
  const clock = new MachineClock(() => scheduler.now);
  return { scheduler, system: createFakeSystem(scheduler, waiter, new Random(seed), clock) };
}

describe('createFakeSystem', () => {
  it('makes valid ids and UUIDs that depend on the seed alone', () => {
    const [first, again, other] = [create(1).system, create(1).system, create(2).system];
    const id = first.createId('job');
    expect(isIdentifier('job', id)).toBe(true);
    expect(again.createId('job')).toBe(id);
    expect(other.createId('job')).not.toBe(id);
    expect(first.createUuid()).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  });

  it('calls at an interval of virtual time until it is told to stop', async () => {
    const { scheduler, system } = create(1);
    const times: number[] = [];
    const stop = system.every(1_000, () => {
      times.push(system.now());
      if (times.length === 3) {
        stop();
      }
    });
    expect(await scheduler.run(() => false, 100)).toBe('idle');
    expect(times).toEqual([6_000, 7_000, 8_000]);
  });
});
