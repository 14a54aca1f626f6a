import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createBench } from '@pixsim7/testkit/bench';
import type { Bench } from '@pixsim7/testkit/bench';
import { buildEvent } from '@pixsim7/testkit/builders';
import { EventLog } from './event-log.ts';
import type { PublishedEvent } from './event-log.ts';

let bench: Bench;
let log: EventLog;
let heard: PublishedEvent[];
beforeEach(() => {
  bench = createBench();
  log = bench.core.events;
  heard = [];
  log.subscribe((event) => heard.push(event));
});

const append = () => bench.write((transaction) => transaction.events.append(buildEvent()));
const sequences = (events: readonly PublishedEvent[]): number[] => events.map(({ event }) => event.sequence);
const upTo = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1);

describe('publication', () => {
  it('numbers the events without a gap, however the publishers race', async () => {
    for (let event = 0; event < 7; event += 1) {
      await append();
    }
    await Promise.all([log.publish(), append(), log.publish(), append(), log.publish()]);
    await log.publish();
    expect(sequences(await log.after(0))).toEqual(upTo(9));
    expect(sequences(heard)).toEqual(upTo(9));
    expect(await log.latestSequence()).toBe(9);
  });

  it('does not number what was rolled back', async () => {
    const rolledBack = bench.write(async (transaction) => {
      await transaction.events.append(buildEvent());
      throw new Error('no');
    });
    await expect(rolledBack).rejects.toThrow('no');
    await append();
    await log.publish();
    expect(sequences(await log.after(0))).toEqual([1]);
  });

  it('carries more events than one batch has', async () => {
    await bench.write(async (transaction) => {
      for (let event = 0; event < 1_001; event += 1) {
        await transaction.events.append(buildEvent());
      }
    });
    await log.publish();
    expect(sequences(heard)).toEqual(upTo(1_001));
  });

  it('resumes after a number', async () => {
    for (let event = 0; event < 5; event += 1) {
      await append();
    }
    await log.publish();
    expect(sequences(await log.after(3))).toEqual([4, 5]);
    expect(sequences(await log.after(1, 2))).toEqual([2, 3]);
    expect(await log.after(5)).toEqual([]);
  });
});

describe('a listener', () => {
  it('that throws disturbs neither the others nor the publication', async () => {
    log.subscribe(() => {
      throw new Error('a bad listener');
    });
    const after: number[] = [];
    log.subscribe(({ event: { sequence } }) => after.push(sequence));
    await append();
    await log.publish();
    expect(after).toEqual([1]);
    expect(bench.logLines).toContainEqual(
      expect.objectContaining({ level: 'error', message: 'event listener failed' }),
    );
  });

  it('hears nothing after it left', async () => {
    const left: number[] = [];
    log.subscribe(({ event: { sequence } }) => left.push(sequence))();
    await append();
    await log.publish();
    expect(left).toEqual([]);
  });
});

describe('a running log', () => {
  it('publishes what is committed, what was left from before, and stops', async () => {
    await append();
    log.start();
    await append();
    await vi.waitFor(() => expect(sequences(heard)).toEqual([1, 2]));
    await log.stop();
    await append();
    bench.system.advance(60_000);
    await bench.database.ping();
    expect(heard).toHaveLength(2);
    expect(bench.system.intervals).toBe(0);
  });

  it('has ended every publication when it is stopped, the one that was announced meanwhile too', async () => {
    let announce = (): void => undefined;
    let open = 0;
    const watched = new EventLog({
      ...bench.dependencies,
      database: {
        async transaction(work) {
          open += 1;
          const result = await bench.database.transaction(work);
          open -= 1;
          return result;
        },
        onEvents(listener) {
          announce = listener;
          return () => undefined;
        },
        ping: () => bench.database.ping(),
        close: () => bench.database.close(),
      },
    });
    watched.start();
    announce();
    await watched.stop();
    expect(open).toBe(0);
  });

  it('publishes the events of a moment together, and at once after a pause', async () => {
    const paced = new EventLog({ ...bench.dependencies, publishGapMs: 50 });
    const numbers: number[][] = [];
    paced.subscribe(({ event }) => numbers.at(-1)?.push(event.sequence));
    const publications = () => bench.database.ping();
    numbers.push([]);
    paced.start();
    await publications();
    bench.system.advance(50);
    await append();
    await vi.waitFor(() => expect(numbers).toEqual([[1]]));

    numbers.push([]);
    await append();
    await append();
    bench.system.advance(49);
    await publications();
    expect(numbers).toEqual([[1], []]);
    bench.system.advance(1);
    await vi.waitFor(() => expect(numbers).toEqual([[1], [2, 3]]));

    numbers.push([]);
    await append();
    await paced.stop();
    expect(numbers).toEqual([[1], [2, 3], [4]]);
    expect(bench.system.intervals).toBe(0);
  });

  it('publishes at the next tick what nobody announced, and survives a failing database', async () => {
    const { database } = bench;
    let isDown = true;
    const flaky = new EventLog({
      ...bench.dependencies,
      database: {
        transaction: (work) => (isDown ? Promise.reject(new Error('down')) : database.transaction(work)),
        onEvents: () => () => undefined,
        ping: () => database.ping(),
        close: () => database.close(),
      },
    });
    await append();
    flaky.start();
    await vi.waitFor(() =>
      expect(bench.logLines).toContainEqual(expect.objectContaining({ message: 'events not published' })),
    );
    isDown = false;
    bench.system.advance(2_000);
    await vi.waitFor(async () => expect(await log.latestSequence()).toBe(1));
    await flaky.stop();
  });

  it('does not ask a database that fails at each of a thousand commits', async () => {
    let announce = (): void => undefined;
    let asked = 0;
    const refused = new EventLog({
      ...bench.dependencies,
      database: {
        transaction: () => {
          asked += 1;
          return Promise.reject(new Error('permission denied'));
        },
        onEvents(listener) {
          announce = listener;
          return () => undefined;
        },
        ping: () => bench.database.ping(),
        close: () => bench.database.close(),
      },
    });
    refused.start();
    for (let second = 0; second < 60; second += 1) {
      for (let commit = 0; commit < 20; commit += 1) {
        announce();
        await new Promise((resolve) => setImmediate(resolve));
      }
      bench.system.advance(1_000);
    }
    await refused.stop();
    // Rests of 1, 2, 4 and 8 s, or half of that.
    expect(asked).toBeGreaterThanOrEqual(8);
    expect(asked).toBeLessThanOrEqual(18);
  });
});

describe('two processes', () => {
  it('hear each other, in order and once, however the numbers were given', async () => {
    const signals = new Set<() => void>();
    const eventSignal = {
      announce: () => {
        for (const signal of signals) {
          signal();
        }
      },
      listen: (listener: () => void) => {
        signals.add(listener);
        return () => signals.delete(listener);
      },
    };
    const other = new EventLog({ ...bench.dependencies, eventSignal });
    const heardThere: PublishedEvent[] = [];
    other.subscribe((event) => heardThere.push(event));
    await other.publish();
    for (let event = 0; event < 3; event += 1) {
      await append();
    }
    await log.publish();
    await append();
    await other.publish();
    await log.publish();
    expect(sequences(heard)).toEqual([1, 2, 3, 4]);
    expect(sequences(heardThere)).toEqual([1, 2, 3, 4]);
  });

  it('do not tell a newcomer what was before it', async () => {
    await append();
    await log.publish();
    const newcomer = new EventLog(bench.dependencies);
    const heardThere: PublishedEvent[] = [];
    newcomer.subscribe((event) => heardThere.push(event));
    await newcomer.publish();
    await append();
    await newcomer.publish();
    expect(sequences(heardThere)).toEqual([2]);
  });
});
