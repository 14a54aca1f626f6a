import { assert, double, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createIdentifier } from './identifiers.ts';

describe('createIdentifier', () => {
  it('always has 18 digits and never survives a float', () => {
    const share = double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    assert(
      property(share, share, (first, second) => {
        const shares = [first, second];
        const id = createIdentifier(
          () => shares.shift() ?? 0,
          () => false,
        );
        expect(id).toMatch(/^\d{18}$/);
        expect(BigInt(Number(id)).toString()).not.toBe(id);
      }),
    );
  });

  it('goes on until it finds one that is free', () => {
    const taken = new Set<string>();
    for (let count = 0; count < 200; count += 1) {
      taken.add(
        createIdentifier(
          () => 0.5,
          (id) => taken.has(id),
        ),
      );
    }
    expect(taken.size).toBe(200);
  });
});
