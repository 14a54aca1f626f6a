import { describe, expect, it } from 'vitest';
import { explore } from './explore.ts';
import { depthOfEverything, fullDepth, smallWorlds } from './plans.ts';

const timeout = 300_000;

describe('the explorer', () => {
  it.each(smallWorlds.slice(0, -1).map((plan) => [plan.name, plan] as const))(
    'walks every interleaving of: %s',
    async (_name, plan) => {
      const exploration = await explore(plan, { maxDepth: fullDepth });
      expect(exploration.violations).toEqual([]);
      expect(exploration).toMatchObject({ complete: true, beyondDepth: 0 });
      expect(exploration.states).toBeGreaterThan(400);
    },
    timeout,
  );

  it(
    'walks every interleaving of everything once, up to a depth',
    async () => {
      const [everything] = smallWorlds.slice(-1);
      if (everything === undefined) {
        throw new Error('There is no world.');
      }
      const exploration = await explore(everything, { maxDepth: depthOfEverything });
      expect(exploration.violations).toEqual([]);
      expect(exploration.complete).toBe(true);
      expect(exploration.states).toBeGreaterThan(2_500);
    },
    timeout,
  );
});
