import { describe, expect, it } from 'vitest';
import { Gate } from './gate.ts';

function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

describe('a gate', () => {
  it('lets a few in at a time and the others in their order', async () => {
    const gate = new Gate(2);
    const began: number[] = [];
    const ends: (() => void)[] = [];
    const all = [1, 2, 3, 4].map((number) =>
      gate.run(async () => {
        began.push(number);
        await new Promise<void>((resolve) => ends.push(resolve));
        return number;
      }),
    );
    await settle();
    expect(began).toEqual([1, 2]);
    ends[1]?.();
    await settle();
    expect(began).toEqual([1, 2, 3]);
    for (const end of ends) {
      end();
    }
    await settle();
    for (const end of ends) {
      end();
    }
    expect(await Promise.all(all)).toEqual([1, 2, 3, 4]);
  });

  it('gives the place of work that failed to the next', async () => {
    const gate = new Gate(1);
    const failed = gate.run(() => Promise.reject(new Error('no')));
    const next = gate.run(async () => 'next');
    await expect(failed).rejects.toThrow('no');
    expect(await next).toBe('next');
    expect(await gate.run(async () => 'again')).toBe('again');
  });
});
