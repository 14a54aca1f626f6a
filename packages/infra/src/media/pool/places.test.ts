import { describe, expect, it } from 'vitest';
import { createPlaces } from './places.ts';

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function openPlaces(total: number) {
  const places = createPlaces(total);
  const inside: string[] = [];
  const leaving = new Map<string, () => void>();
  return {
    inside,
    come: async (name: string, work: 'poster' | 'other'): Promise<void> => {
      void (async () => {
        leaving.set(name, await places.enter(work));
        inside.push(name);
      })();
      await settled();
    },
    go: async (name: string): Promise<void> => {
      inside.splice(inside.indexOf(name), 1);
      leaving.get(name)?.();
      await settled();
    },
  };
}

describe('places', () => {
  it('are given in the order of coming', async () => {
    const { come, go, inside } = openPlaces(2);
    for (const name of ['first', 'second', 'third', 'fourth']) {
      await come(name, 'other');
    }
    expect(inside).toEqual(['first', 'second']);
    await go('first');
    expect(inside).toEqual(['second', 'third']);
  });

  it('let one poster in at a time, so others find one free', async () => {
    const { come, go, inside } = openPlaces(2);
    await come('poster', 'poster');
    await come('another poster', 'poster');
    expect(inside).toEqual(['poster']);
    await come('probe', 'other');
    expect(inside).toEqual(['poster', 'probe']);
    await go('poster');
    expect(inside).toEqual(['probe', 'another poster']);
  });

  it('let whoever waits go before a poster that came earlier', async () => {
    const { come, go, inside } = openPlaces(1);
    await come('first probe', 'other');
    await come('poster', 'poster');
    await come('second probe', 'other');
    await go('first probe');
    expect(inside).toEqual(['second probe']);
    await go('second probe');
    expect(inside).toEqual(['poster']);
  });
});
