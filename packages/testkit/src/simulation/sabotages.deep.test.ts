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
        if (violations.some(({ invariant }) => invariant === noticedBy)) {
          noticedAt = seed;
        }
      }
      expect(noticedAt).not.toBeNull();
    },
    120_000,
  );

  // It is rare that a video comes after the deadline and is still paid for.
  it('sees within 400 histories that an attempt that is not followed loses a paid video', async () => {
    const mistake = knownSabotages.find(({ rule }) => rule.startsWith('an attempt past its deadline'));
    let isLost = false;
    for (let seed = 1; seed <= 400 && !isLost; seed += 1) {
      const { violations } = await simulate(seed, { sabotage: mistake?.sabotage ?? {} });
      isLost = violations.some(({ invariant }) => invariant === 'no_paid_video_is_lost');
    }
    expect(isLost).toBe(true);
  }, 300_000);
});
