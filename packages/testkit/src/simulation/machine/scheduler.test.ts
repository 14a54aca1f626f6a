import { describe, expect, it } from 'vitest';
import { Random } from './random.ts';
import { outsideWorld, Scheduler } from './scheduler.ts';
import type { Waiter } from './scheduler.ts';

const never = (): boolean => false;

function createScheduler(seed = 1): Scheduler {
  return new Scheduler(new Random(seed), 1_000);
}

describe('Scheduler', () => {
  it('jumps to the time of the next wake', async () => {
    const scheduler = createScheduler();
    const seen: number[] = [];
    for (const delay of [500, 20, 90_000]) {
      scheduler.after(outsideWorld, delay, () => seen.push(scheduler.now));
    }
    expect(await scheduler.run(never, 100)).toBe('idle');
    expect(seen).toEqual([1_020, 1_500, 91_000]);
  });

  it('orders what is due at the same time by chance, and the same way for a seed', async () => {
    const orderOf = async (seed: number): Promise<string> => {
      const scheduler = createScheduler(seed);
      const order: string[] = [];
      for (const name of ['a', 'b', 'c', 'd', 'e']) {
        scheduler.after(outsideWorld, 0, () => order.push(name));
      }
      await scheduler.run(never, 100);
      return order.join('');
    };
    const orders = await Promise.all(Array.from({ length: 20 }, (_, seed) => orderOf(seed)));
    expect(new Set(orders).size).toBeGreaterThan(5);
    expect(await orderOf(3)).toBe(orders[3]);
  });

  it('chooses among all that is due, whoever waits for it and whichever time it was for', async () => {
    const offered: number[] = [];
    const firstOfAll = new (class extends Random {
      override integer(minimum: number, maximum: number): number {
        offered.push(maximum - minimum + 1);
        return minimum;
      }
    })(1);
    const scheduler = new Scheduler(firstOfAll, 1_000);
    const waiter = { alive: true, frozenUntil: 1_100 };
    const order: string[] = [];
    const wake = (name: string, of: Waiter, delayMs: number): (() => void) =>
      scheduler.after(of, delayMs, () => order.push(name));
    wake('a', waiter, 90);
    wake('b', outsideWorld, 100);
    wake('c', waiter, 0);
    const callOff = wake('called off', waiter, 20);
    wake('d', outsideWorld, 50);
    wake('e', waiter, 100);
    wake('off first', outsideWorld, 50)();
    await scheduler.run(() => order.length === 1, 10);
    callOff();
    await scheduler.run(never, 10);
    expect(order).toEqual(['d', 'a', 'b', 'c', 'e']);
    expect(offered).toEqual([1, 4, 3, 2, 1]);
  });

  it('never wakes the dead', async () => {
    const scheduler = createScheduler();
    const process = { alive: true, frozenUntil: 0 };
    const woken: string[] = [];
    void scheduler.wait(process, 10).then(() => woken.push('woken'));
    process.alive = false;
    expect(await scheduler.run(never, 100)).toBe('idle');
    expect(woken).toEqual([]);
  });

  it('lets a frozen waiter wait until it thaws, and others go on', async () => {
    const scheduler = createScheduler();
    const order: string[] = [];
    scheduler.after({ alive: true, frozenUntil: 5_000 }, 10, () => order.push(`thawed at ${scheduler.now}`));
    scheduler.after(outsideWorld, 100, () => order.push(`world at ${scheduler.now}`));
    await scheduler.run(never, 100);
    expect(order).toEqual(['world at 1100', 'thawed at 5000']);
  });

  it('forgets what is called off', async () => {
    const scheduler = createScheduler();
    const cancel = scheduler.after(outsideWorld, 10, () => expect.fail('was called off'));
    cancel();
    expect(await scheduler.run(never, 100)).toBe('idle');
  });

  it('stops at its condition and at its bound', async () => {
    const scheduler = createScheduler();
    const tick = (): void => void scheduler.after(outsideWorld, 10, tick);
    tick();
    expect(await scheduler.run(() => scheduler.now >= 1_050, 100)).toBe('reached');
    expect(scheduler.now).toBe(1_050);
    expect(await scheduler.run(never, 7)).toBe('out_of_steps');
    expect(scheduler.now).toBe(1_120);
  });

  it('holds virtual time while real work is under way', async () => {
    const scheduler = createScheduler();
    const order: string[] = [];
    const work = new Promise<void>((resolve) => {
      setImmediate(() => setImmediate(() => setImmediate(resolve)));
    });
    void scheduler.standStillFor(work).then(() => order.push('work'));
    scheduler.after(outsideWorld, 0, () => order.push('wake'));
    await scheduler.run(never, 10);
    expect(order).toEqual(['work', 'wake']);
  });
});
