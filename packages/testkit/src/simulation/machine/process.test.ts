import { describe, expect, it } from 'vitest';
import { noRisks, SimulatedProcess } from './process.ts';
import type { ProcessRisks } from './process.ts';
import { Random } from './random.ts';
import { outsideWorld, Scheduler } from './scheduler.ts';

function startProcess(risks: Partial<ProcessRisks>): {
  scheduler: Scheduler;
  process: SimulatedProcess;
  crashes: string[];
} {
  const scheduler = new Scheduler(new Random(1), 0);
  const crashes: string[] = [];
  const process = new SimulatedProcess('p1', scheduler, new Random(2), { ...noRisks, ...risks }, (_, where) =>
    crashes.push(where),
  );
  return { scheduler, process, crashes };
}

describe('SimulatedProcess', () => {
  it('passes results and errors on while nothing goes wrong', async () => {
    const { process } = startProcess({});
    expect(await process.call('port', () => Promise.resolve(7))).toBe(7);
    await expect(process.call('port', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  });

  it('dies before the effect or after it, and nobody of it hears of either', async () => {
    const effects: string[] = [];
    const continued: string[] = [];
    const places: string[] = [];
    for (let seed = 0; seed < 40; seed += 1) {
      const scheduler = new Scheduler(new Random(seed), 0);
      const process = new SimulatedProcess(
        'p1',
        scheduler,
        new Random(seed),
        { ...noRisks, crash: 1 },
        (_, where) => places.push(where),
      );
      process
        .call('port', () => {
          effects.push('effect');
          return Promise.reject(new Error('an answer'));
        })
        .then(
          () => continued.push('then'),
          () => continued.push('catch'),
        );
      await scheduler.run(() => false, 10);
    }
    expect(new Set(places)).toEqual(new Set(['before port', 'after port']));
    expect(effects).toHaveLength(places.filter((place) => place === 'after port').length + continued.length);
    // A crash of 1 strikes at each of the two points with a half, so a quarter gets through.
    expect(continued.length).toBeLessThan(20);
  });

  it('dies more often at a call outside the database when told to', async () => {
    const { process, crashes } = startProcess({ crash: 0.0001, crashOutside: 1_000_000 });
    for (let call = 0; call < 50; call += 1) {
      await process.call('database.transaction', () => Promise.resolve());
    }
    expect(crashes).toEqual([]);
    for (let call = 0; call < 50 && process.alive; call += 1) {
      void process.call('provider.execute', () => Promise.resolve());
      await Promise.resolve();
    }
    expect(crashes).toHaveLength(1);
  });

  it('leaves every call in flight unanswered when it dies', async () => {
    const { scheduler, process, crashes } = startProcess({});
    const answers: string[] = [];
    void process.call('port', () => scheduler.wait(outsideWorld, 100)).then(() => answers.push('answered'));
    scheduler.after(outsideWorld, 50, () => process.crash('in the middle'));
    await scheduler.run(() => false, 10);
    expect(crashes).toEqual(['in the middle']);
    expect(answers).toEqual([]);
    expect(scheduler.now).toBe(100);
  });

  it('goes on after a freeze, later', async () => {
    const { scheduler, process } = startProcess({ freeze: 1, longestFreezeMs: 60_000 });
    const answeredAt: number[] = [];
    void process.call('port', () => Promise.resolve()).then(() => answeredAt.push(scheduler.now));
    await scheduler.run(() => false, 10);
    expect(answeredAt).toEqual([process.frozenUntil]);
    expect(process.frozenUntil).toBeGreaterThan(0);
  });

  it('can die once only', () => {
    const { process, crashes } = startProcess({});
    process.crash('first');
    process.crash('second');
    expect(crashes).toEqual(['first']);
  });
});
