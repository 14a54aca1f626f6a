import { beforeEach, describe, expect, it } from 'vitest';
import { createBench } from '@pixsim7/testkit/bench';
import type { Bench } from '@pixsim7/testkit/bench';
import { noteJumps, readClock } from './keep-time.ts';

let bench: Bench;
beforeEach(() => {
  bench = createBench();
});

const readMark = async () => (await bench.read((transaction) => transaction.clock.advance(null))).mark;

describe('the mark of the clock', () => {
  it('is moved by a start, so that a process that dies at once leaves nothing after it', async () => {
    expect(await readMark()).toBe(0);
    await readClock(bench.dependencies);
    expect(await readMark()).toBe(bench.system.now());
  });

  it('is moved before the first transaction after a jump forward writes anything', async () => {
    const database = noteJumps(bench.dependencies.database, bench.system);
    const markIn = () => database.transaction((transaction) => transaction.clock.advance(null));
    expect((await markIn()).mark).toBe(0);
    bench.system.jumped = true;
    expect((await markIn()).mark).toBe(bench.system.now());
    expect(bench.system.hasJumped()).toBe(false);
  });

  it('stays moved when that transaction fails', async () => {
    const database = noteJumps(bench.dependencies.database, bench.system);
    bench.system.jumped = true;
    await expect(database.transaction(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await readMark()).toBe(bench.system.now());
  });
});
