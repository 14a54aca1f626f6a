import { describe, expect, it } from 'vitest';
import { knownSabotages } from '../simulation/sabotages.ts';
import { explore } from './explore.ts';
import { depthOfEverything, fullDepth, smallWorlds } from './plans.ts';

const timeout = 300_000;

/** Planted mistakes that need more than a small world has; the simulation finds them. */
const needsMore: Readonly<Record<string, string>> = {
  'the trial of a half-open account is not written down': 'five jobs that fail in a row',
  'an account may hold every place of a step': 'a provider that hangs',
  'a provider is called inside a transaction': 'hours, because everybody waits for the database meanwhile',
  'due times are measured by the clock of the machine': 'a clock that is set back',
  'time in which nobody looked counts against the deadline': 'a deadline',
  'an attempt past its deadline is not followed any more': 'a deadline',
  'every click on "retry" makes a job': 'a job that failed',
};

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
      if (everything === undefined) throw new Error('There is no world.');
      const exploration = await explore(everything, { maxDepth: depthOfEverything });
      expect(exploration.violations).toEqual([]);
      expect(exploration.complete).toBe(true);
      expect(exploration.states).toBeGreaterThan(2_500);
    },
    timeout,
  );

  it.each(
    knownSabotages.filter(({ rule }) => !(rule in needsMore)).map((entry) => [entry.rule, entry] as const),
  )(
    'finds that %s',
    async (_rule, { noticedBy, sabotage }) => {
      const found = new Set<string>();
      for (const plan of smallWorlds.slice(0, -1)) {
        const { violations } = await explore(plan, {
          maxDepth: fullDepth,
          maxRuns: 2_000,
          sabotage,
          until: noticedBy,
        });
        for (const { invariant } of violations) found.add(invariant);
        if (found.has(noticedBy)) break;
      }
      expect(found).toContain(noticedBy);
    },
    timeout,
  );
});
