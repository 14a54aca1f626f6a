import { beforeEach, describe, expect, it } from 'vitest';
import { createBench } from '@pixsim7/testkit/bench';
import type { Destination } from '../../rules/places.ts';
import { Bulkhead } from './bulkhead.ts';
import type { Admission, Place, Visit } from './bulkhead.ts';

const shares = { account: 2, host: 4, provider: 4, total: 8 };
const quarter = 250;

let bench: ReturnType<typeof createBench>;
let bulkhead: Bulkhead;
let called: string[];

beforeEach(() => {
  bench = createBench();
  const { system, dependencies } = bench;
  bulkhead = new Bulkhead({ work: 'check', shares, system, logger: dependencies.logger });
  called = [];
});

function to(account: string, provider = 'p', hosts: readonly string[] = [provider]): Destination {
  return { account, provider, hosts };
}

function visit(id: string): Visit {
  return bulkhead.visit(id, async () => {
    called.push(id);
  });
}

/** A run that takes a place and keeps it. */
async function hold(id: string, destination: Destination): Promise<Place> {
  const admission = await visit(id).enter(destination);
  if (admission.kind !== 'entered') {
    throw new Error(`${id} found no place.`);
  }
  return admission.place;
}

/** A run that finds no place, waits as long as it does, and ends. */
async function putAside(id: string, destination: Destination): Promise<Admission> {
  const run = visit(id);
  const entering = run.enter(destination);
  await settle();
  bench.system.advance(quarter);
  const admission = await entering;
  run.end();
  return admission;
}

/** Lets every promise that can go on go on. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

describe('a bulkhead', () => {
  it('lets in as long as every share has room', async () => {
    await hold('1', to('a'));
    await hold('2', to('a'));
    await hold('3', to('b'));
    expect([bulkhead.used, bulkhead.waiting]).toEqual([3, 0]);
  });

  it('holds an account to its share, while another one of the same provider goes on at once', async () => {
    await hold('1', to('a'));
    await hold('2', to('a'));
    expect(await putAside('3', to('a'))).toMatchObject({ kind: 'full' });
    await hold('4', to('b'));
    expect(bulkhead.timesFull.get('account')).toBe(1);
  });

  it('holds an account with fewer slots to those', async () => {
    await hold('1', { ...to('a'), slots: 1 });
    expect(await putAside('2', { ...to('a'), slots: 1 })).toMatchObject({ kind: 'full' });
  });

  it('holds a provider to its share, while another one goes on at once', async () => {
    for (const account of ['a', 'b', 'c', 'd']) {
      await hold(account, to(account, 'p', [account]));
    }
    expect(await putAside('5', to('e', 'p', ['e']))).toMatchObject({ kind: 'full' });
    await hold('6', to('f', 'q'));
    expect(bulkhead.timesFull.get('provider')).toBe(1);
  });

  it('counts a host for every account that talks to it', async () => {
    for (const account of ['a', 'b', 'c', 'd']) {
      await hold(account, to(account, account, ['files']));
    }
    expect(await putAside('5', to('e', 'e', ['other', 'files']))).toMatchObject({ kind: 'full' });
    await hold('6', to('f', 'f', ['other']));
    expect(bulkhead.timesFull.get('host')).toBe(1);
  });

  it('takes a place back, once', async () => {
    const place = await hold('1', to('a'));
    place.leave();
    place.leave();
    expect(bulkhead.used).toBe(0);
  });
});

describe('a run that finds its share full', () => {
  it('waits where it is while the share moves', async () => {
    const places = [await hold('1', to('a')), await hold('2', to('a'))];
    const first = visit('3').enter(to('a'));
    const second = visit('4').enter(to('a'));
    bench.system.advance(quarter - 1);
    places[0]?.leave();
    await expect(first).resolves.toMatchObject({ kind: 'entered' });
    // One place was given back since the second came, so it waits once more.
    bench.system.advance(quarter);
    places[1]?.leave();
    await expect(second).resolves.toMatchObject({ kind: 'entered' });
    expect(bulkhead.timesFull.get('account')).toBe(0);
    expect(bench.system.intervals).toBe(0);
  });

  it('is sent away after a moment in which nothing moved, and those after it at once', async () => {
    await hold('1', to('a'));
    await hold('2', to('a'));
    await putAside('3', to('a'));
    const admission = await visit('4').enter(to('a'));
    expect(admission).toMatchObject({ kind: 'full' });
    expect(bulkhead.waiting).toBe(2);
  });

  it('says once what is full', async () => {
    await hold('1', to('a'));
    await hold('2', to('a'));
    await putAside('3', to('a'));
    await putAside('4', to('a'));
    expect(bench.logLines).toMatchObject([
      {
        level: 'info',
        fields: { work: 'check', share: 'account', account_id: 'a', provider_id: 'p', hosts: ['p'] },
      },
    ]);
  });

  it('comes back after a growing time that differs between rows', async () => {
    await hold('1', to('a'));
    await hold('2', to('a'));
    const pauses: number[] = [];
    for (let times = 0; times < 8; times += 1) {
      const admission = await putAside('3', to('a'));
      if (admission.kind === 'full') {
        pauses.push(admission.until - bench.system.now());
      }
    }
    expect(pauses[0]).toBeGreaterThanOrEqual(1_500);
    expect(pauses[0]).toBeLessThanOrEqual(2_500);
    expect(pauses).toEqual(pauses.toSorted((one, other) => one - other));
    expect(pauses.at(-1)).toBeLessThanOrEqual(75_000);
    const other = await putAside('another row', to('a'));
    expect(other).not.toEqual({ kind: 'full', until: bench.system.now() + (pauses[0] ?? 0) });
  });

  it('is called back when a place is free, which is kept for it', async () => {
    const place = await hold('1', to('a'));
    await hold('2', to('a'));
    await putAside('3', to('a'));
    place.leave();
    expect(called).toEqual(['3']);
    // A call that comes in between does not find the place.
    expect(await putAside('4', to('a'))).toMatchObject({ kind: 'full' });
    await hold('3', to('a'));
    expect([bulkhead.used, bulkhead.waiting]).toEqual([2, 1]);
  });

  it('keeps its turn', async () => {
    const places = [await hold('1', to('a')), await hold('2', to('a'))];
    for (const id of ['3', '4', '5']) {
      await putAside(id, to('a'));
    }
    // Its timer brings the last one back early; that is no reason to be served first.
    await putAside('5', to('a'));
    places[0]?.leave();
    places[1]?.leave();
    expect(called).toEqual(['3', '4']);
  });

  it('takes turns with other destinations, however many wait there', async () => {
    const held: Place[] = [];
    for (const account of ['a', 'b', 'c', 'd']) {
      held.push(await hold(account, to(account)));
    }
    for (const id of ['1', '2', '3']) {
      await putAside(`crowd ${id}`, to('e'));
    }
    await putAside('single', to('f'));
    held[0]?.leave();
    held[1]?.leave();
    expect(called).toEqual(['crowd 1', 'single']);
  });

  it('is followed by the next one when it does not come', async () => {
    const place = await hold('1', to('a'));
    await hold('2', to('a'));
    await putAside('3', to('a'));
    await putAside('4', to('a'));
    place.leave();
    bench.system.advance(1_999);
    expect(called).toEqual(['3']);
    bench.system.advance(1);
    expect(called).toEqual(['3', '4']);
  });

  it('gives the kept place back at once when it finds nothing to do', async () => {
    const place = await hold('1', to('a'));
    await hold('2', to('a'));
    await putAside('3', to('a'));
    await putAside('4', to('a'));
    place.leave();
    visit('3').end();
    expect(called).toEqual(['3', '4']);
    visit('4').end();
    expect([bulkhead.used, bulkhead.waiting, bench.system.intervals]).toEqual([1, 0, 0]);
  });

  it('waits in another line when it has to go elsewhere meanwhile', async () => {
    const place = await hold('1', to('a'));
    await hold('2', to('a'));
    await putAside('3', to('a'));
    place.leave();
    await hold('3', to('b'));
    expect([bulkhead.used, bulkhead.waiting]).toEqual([2, 0]);
  });

  it('knows a row that nobody has written since it was put off', async () => {
    const place = await hold('1', to('a'));
    await hold('2', to('a'));
    const run = visit('3');
    const entering = run.enter(to('a'));
    bench.system.advance(quarter);
    await entering;
    run.putOff(7);
    run.end();
    expect(visit('3').isCalledFor(7)).toBe(false);
    place.leave();
    expect([visit('3').isCalledFor(7), visit('3').isCalledFor(8), visit('4').isCalledFor(7)]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('goes on without being remembered when very many wait', async () => {
    await hold('1', to('a'));
    await hold('2', to('a'));
    await putAside('3', to('a'));
    for (let number = 0; number < 10_000; number += 1) {
      await visit(`row ${number}`).enter(to('a'));
    }
    expect(bulkhead.waiting).toBe(10_000);
    expect(await visit('one more').enter(to('a'))).toMatchObject({ kind: 'full' });
  });

  it('logs a call that fails', async () => {
    const place = await hold('1', to('a'));
    await hold('2', to('a'));
    const run = bulkhead.visit('3', () => Promise.reject(new Error('no queue')));
    const entering = run.enter(to('a'));
    bench.system.advance(quarter);
    await entering;
    place.leave();
    await settle();
    expect(bench.logLines.at(-1)).toMatchObject({ level: 'warn', fields: { id: '3' } });
  });
});

describe('a run that ends', () => {
  it('gives its place back', async () => {
    const run = visit('1');
    await run.enter(to('a'));
    run.end();
    expect(bulkhead.used).toBe(0);
  });
});

describe('somebody who waits for an answer', () => {
  it('gets a free place at once', async () => {
    expect(await bulkhead.placeWithin(to('a'), 0)).not.toBeNull();
  });

  it('gets the next one, before those that came later', async () => {
    const place = await hold('1', to('a'));
    await hold('2', to('a'));
    const waiting = bulkhead.placeWithin(to('a'), 1_000);
    await putAside('3', to('a'));
    place.leave();
    expect(await waiting).not.toBeNull();
    expect([called, bulkhead.used]).toEqual([[], 2]);
  });

  it('gives up after its time and leaves nothing behind', async () => {
    const place = await hold('1', to('a'));
    await hold('2', to('a'));
    const waiting = bulkhead.placeWithin(to('a'), 1_000);
    bench.system.advance(1_000);
    expect(await waiting).toBeNull();
    place.leave();
    expect([bulkhead.used, bulkhead.waiting, bench.system.intervals]).toEqual([1, 0, 0]);
    expect(bulkhead.timesFull.get('account')).toBe(1);
  });
});
