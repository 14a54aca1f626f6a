import { describe, expect, it } from 'vitest';
import { createRandom } from './random.ts';

const draw = (seed: number): number[] => {
  const random = createRandom(seed);
  return Array.from({ length: 200 }, () => random.whole(5));
};

describe('createRandom', () => {
  it('repeats itself for a seed and no other', () => {
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
  });

  it('leaves nobody out', () => {
    expect(new Set(draw(7))).toEqual(new Set([0, 1, 2, 3, 4]));
  });

  it('picks nothing from nothing', () => {
    expect(() => createRandom(1).pick([])).toThrow('nothing to pick');
  });
});
