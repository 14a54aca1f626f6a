import { assert, integer, property, record, array } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DueHeap } from './due-heap.ts';

function takeAll(heap: DueHeap, now: number): string[] {
  const taken: string[] = [];
  for (let id = heap.takeDue(now); id !== null; id = heap.takeDue(now)) {
    taken.push(id);
  }
  return taken;
}

describe('DueHeap', () => {
  it('is empty at first', () => {
    const heap = new DueHeap();
    expect([heap.size, heap.earliest, heap.takeDue(1e15)]).toEqual([0, null, null]);
  });

  it('gives the earliest first and keeps what is not due', () => {
    const heap = new DueHeap();
    heap.offer('late', 30);
    heap.offer('early', 10);
    heap.offer('middle', 20);
    expect(takeAll(heap, 20)).toEqual(['early', 'middle']);
    expect([heap.size, heap.earliest]).toEqual([1, 30]);
  });

  it('says what waits until when, and gives all away', () => {
    const heap = new DueHeap();
    heap.offer('a', 20);
    heap.offer('b', 10);
    expect([heap.has('a'), heap.has('c'), heap.dueAt('a'), heap.dueAt('c')]).toEqual([true, false, 20, null]);
    expect(heap.takeAll()).toMatchObject([
      { id: 'b', runAt: 10 },
      { id: 'a', runAt: 20 },
    ]);
    expect([heap.size, heap.has('a'), heap.takeDue(99)]).toEqual([0, false, null]);
    heap.offer('a', 5);
    expect(takeAll(heap, 5)).toEqual(['a']);
  });

  it('keeps the order of offers of the same moment', () => {
    const heap = new DueHeap();
    for (const id of ['a', 'b', 'c', 'd', 'e']) {
      heap.offer(id, 7);
    }
    expect(takeAll(heap, 7)).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('keeps the earlier time of an id that is offered twice', () => {
    const heap = new DueHeap();
    heap.offer('a', 50);
    heap.offer('b', 40);
    heap.offer('a', 10);
    heap.offer('a', 60);
    expect(heap.size).toBe(2);
    expect(takeAll(heap, 45)).toEqual(['a', 'b']);
  });

  it('forgets an id that was taken', () => {
    const heap = new DueHeap();
    heap.offer('a', 10);
    expect(heap.takeDue(10)).toBe('a');
    heap.offer('a', 99);
    expect(heap.earliest).toBe(99);
  });

  it('agrees with a sorted list for any offers', () => {
    const offers = array(record({ id: integer({ min: 0, max: 30 }), runAt: integer({ min: 0, max: 50 }) }), {
      maxLength: 120,
    });
    assert(
      property(offers, integer({ min: 0, max: 50 }), (list, now) => {
        const heap = new DueHeap();
        const model = new Map<string, { runAt: number; order: number }>();
        for (const [order, { id, runAt }] of list.entries()) {
          heap.offer(String(id), runAt);
          const known = model.get(String(id));
          model.set(String(id), {
            runAt: Math.min(runAt, known?.runAt ?? runAt),
            order: known?.order ?? order,
          });
        }
        const sorted = [...model].sort(
          ([, first], [, second]) => first.runAt - second.runAt || first.order - second.order,
        );
        const due = sorted.filter(([, { runAt }]) => runAt <= now).map(([id]) => id);
        expect(takeAll(heap, now)).toEqual(due);
        expect(takeAll(heap, Infinity)).toEqual(sorted.slice(due.length).map(([id]) => id));
      }),
    );
  });
});
