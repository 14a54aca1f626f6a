import { describe, expect, it } from 'vitest';
import { Random } from './random.ts';

function draw<Item>(count: number, from: () => Item): Item[] {
  return Array.from({ length: count }, from);
}

describe('Random', () => {
  it('repeats itself for a seed and differs between neighbouring seeds', () => {
    const sequence = (seed: number): number[] => {
      const random = new Random(seed);
      return draw(20, () => random.fraction());
    };
    expect(sequence(7)).toEqual(sequence(7));
    expect(sequence(7)).not.toEqual(sequence(8));
  });

  it('spreads fractions evenly over 0 to 1', () => {
    const random = new Random(1);
    const fractions = draw(10_000, () => random.fraction());
    const mean = fractions.reduce((sum, fraction) => sum + fraction, 0) / fractions.length;
    expect(Math.min(...fractions)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...fractions)).toBeLessThan(1);
    // Ten times the standard error of the mean of 10,000 even draws (0.0029).
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.03);
  });

  it('draws integers with both bounds', () => {
    const random = new Random(2);
    expect(new Set(draw(200, () => random.integer(-1, 2)))).toEqual(new Set([-1, 0, 1, 2]));
  });

  it('knows never and always', () => {
    const random = new Random(3);
    expect(draw(100, () => random.chance(0))).not.toContain(true);
    expect(draw(100, () => random.chance(1))).not.toContain(false);
  });

  it('picks every item and refuses an empty list', () => {
    const random = new Random(4);
    expect(new Set(draw(100, () => random.pick(['a', 'b', 'c'])))).toEqual(new Set(['a', 'b', 'c']));
    expect(() => random.pick([])).toThrow(RangeError);
  });

  it('forks generators that do not disturb each other', () => {
    const fork = (drawsBetween: number): number[] => {
      const random = new Random(5);
      const forked = random.fork();
      draw(drawsBetween, () => random.fraction());
      return draw(5, () => forked.fraction());
    };
    expect(fork(0)).toEqual(fork(100));
  });
});
