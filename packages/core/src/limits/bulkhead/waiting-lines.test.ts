import { array, assert, constantFrom, nat, oneof, property, record } from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Destination } from '../../rules/places.ts';
import { ShareCounts } from './share-counts.ts';
import { WaitingLines } from './waiting-lines.ts';

interface Waiter {
  readonly id: number;
  readonly destination: Destination;
}

let counts: ShareCounts;
let lines: WaitingLines<Waiter>;
let waiting: Set<Waiter>;
let inside: Destination[];
/** The number of waiting ones that were looked at. */
let looks: number;

beforeEach(() => start());

function start(): void {
  counts = new ShareCounts({ account: 2, host: 4, provider: 4, total: 8 });
  lines = new WaitingLines();
  waiting = new Set();
  inside = [];
  looks = 0;
}

function fullKeyOf({ destination }: Waiter): string | null {
  looks += 1;
  return counts.full(destination)?.key ?? null;
}

function take(destination: Destination): void {
  counts.take(destination);
  inside.push(destination);
}

/** Takes a place, or waits in line. */
function arrive(id: number, destination: Destination): void {
  const full = counts.full(destination);
  if (full === null) {
    return take(destination);
  }
  const waiter = { id, destination };
  waiting.add(waiter);
  lines.add(waiter, full.key);
}

/** Gives a place back. Returns the ids of those who go on because of it. */
function leave(index: number): number[] {
  const [destination] = inside.splice(index, 1);
  if (destination === undefined) {
    return [];
  }
  const withRoom = counts.giveBack(destination);
  const served: number[] = [];
  for (let next = lines.takeNext(withRoom, fullKeyOf); next !== null;) {
    waiting.delete(next);
    take(next.destination);
    served.push(next.id);
    next = lines.takeNext(withRoom, fullKeyOf);
  }
  return served;
}

const destinations = record({
  account: constantFrom('a', 'b', 'c', 'd', 'e'),
  provider: constantFrom('p', 'q', null),
  hosts: constantFrom(['h'], ['i'], ['j'], ['h', 'i'], []),
});
const events = oneof(
  { weight: 3, arbitrary: record({ kind: constantFrom('arrive' as const), destination: destinations }) },
  { weight: 2, arbitrary: record({ kind: constantFrom('leave' as const), index: nat(5) }) },
  { weight: 1, arbitrary: record({ kind: constantFrom('give up' as const), index: nat(5) }) },
);

describe('lines', () => {
  it('let nobody wait who has room, and forget nobody', () => {
    assert(
      property(array(events, { minLength: 60, maxLength: 120 }), (list) => {
        start();
        list.forEach((event, number) => {
          if (event.kind === 'arrive') {
            arrive(number, event.destination);
          } else if (event.kind === 'leave') {
            leave(event.index);
          } else {
            const waiter = [...waiting][event.index];
            if (waiter === undefined) {
              return;
            }
            waiting.delete(waiter);
            lines.remove(waiter);
          }
          const withRoom = [...waiting].filter(({ destination }) => counts.full(destination) === null);
          if (withRoom.length > 0) {
            throw new Error(`${withRoom[0]?.id} waits although it has room.`);
          }
        });
        while (inside.length > 0) {
          leave(0);
        }
        expect(waiting.size).toBe(0);
      }),
    );
  });

  it('serve those of one destination in their order', () => {
    const to: Destination = { account: 'a', provider: 'p', hosts: ['h'] };
    for (let id = 0; id < 6; id += 1) {
      arrive(id, to);
    }
    expect([leave(0), leave(0), leave(0)]).toEqual([[2], [3], [4]]);
  });

  it('take turns, whatever share holds them back', () => {
    const to = (account: string, provider: string, host: string): Destination => ({
      account,
      provider,
      hosts: [host],
    });
    // The provider is full, and its account `a` too.
    for (const [account, host] of ['ah', 'ai', 'bj', 'ck'].map((pair) => pair.split(''))) {
      take(to(account ?? '', 'p', host ?? ''));
    }
    arrive(1, to('a', 'p', 'h'));
    arrive(2, to('d', 'p', 'h'));
    arrive(3, to('d', 'p', 'h'));
    arrive(4, to('e', 'p', 'i'));
    // `b` and `c` leave: `a` uses places, so the last quarter is not for it.
    expect(leave(2)).toEqual([2]);
    expect(leave(2)).toEqual([4]);
    // Both places of `a` are given back: its line came first.
    expect(leave(0)).toEqual([]);
    expect(leave(0)).toEqual([1]);
  });

  it('of a share that does not move are not looked at when places of others are given back', () => {
    for (const account of ['a', 'b', 'c', 'd']) {
      take({ account, provider: 'hangs', hosts: ['hangs'] });
    }
    for (let id = 0; id < 1_000; id += 1) {
      arrive(id, { account: `stuck ${id}`, provider: 'hangs', hosts: ['hangs'] });
    }
    const quick: Destination = { account: 'quick', provider: 'quick', hosts: ['quick'] };
    take(quick);
    take(quick);
    arrive(1_000, quick);
    expect(leave(4)).toEqual([1_000]);
    expect(looks).toBeLessThan(10);
  });
});
