import { describe, expect, it } from 'vitest';
import { knownSabotages } from './sabotages.ts';
import { simulate } from './simulate.ts';

describe('the simulation', () => {
  it.each(knownSabotages.map(({ rule, sabotage, noticedBy }) => [rule, noticedBy, sabotage] as const))(
    'notices within 200 histories that %s (%s)',
    async (_rule, noticedBy, sabotage) => {
      let noticedAt: number | null = null;
      for (let seed = 1; seed <= 200 && noticedAt === null; seed += 1) {
        const { violations } = await simulate(seed, { sabotage });
        if (violations.some(({ invariant }) => invariant === noticedBy)) noticedAt = seed;
      }
      expect(noticedAt).not.toBeNull();
    },
    120_000,
  );
});
