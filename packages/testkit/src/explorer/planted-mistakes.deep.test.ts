import { describe, expect, it } from 'vitest';
import { knownSabotages } from '../simulation/sabotages.ts';
import { openExploration } from './explore.ts';
import { fullDepth, smallWorlds } from './plans.ts';

/** Most mistakes show within a few runs of one of the worlds, so every world is tried briefly before any is tried for long. */
const runsPerRound = [20, 200, 600, 2_000];
const timeout = 300_000;

/** Planted mistakes that need more than a small world has; the simulation finds them. */
const needsMore: Readonly<Record<string, string>> = {
  'the trial of a half-open account is not written down': 'five jobs that fail in a row',
  'an account may hold every place of a step': 'a provider that hangs',
  'a provider is called inside a transaction': 'hours, because everybody waits for the database meanwhile',
  'due times are measured by the clock of the machine': 'a clock that is set back',
  'time in which nobody looked counts against the deadline': 'a deadline',
  'an attempt past its deadline is not followed any more': 'a deadline',
  'a video for which there is no room is given up': 'a full disk',
  'new work is taken from the reserve of the disk': 'a full disk',
  'a refused file ends the job although another provider might take it': 'a provider that refuses files',
  'a look into a file is not counted before it begins': 'a file that ends its reader',
  'a file that cannot be read is thrown away': 'a file that cannot be read',
  'every click on "retry" makes a job': 'a job that failed',
  'a unit that lost its race is written with the others': 'units that commit together',
  'of units that are committed together only the first is written': 'units that commit together',
};

describe('the explorer', () => {
  it.each(
    knownSabotages.filter(({ rule }) => !(rule in needsMore)).map((entry) => [entry.rule, entry] as const),
  )(
    'finds that %s',
    async (_rule, { noticedBy, sabotage }) => {
      let open = smallWorlds
        .slice(0, -1)
        .map((plan) => openExploration(plan, { maxDepth: fullDepth, sabotage, until: noticedBy }));
      for (const maxRuns of runsPerRound) {
        // A world that was walked to its end has nothing more to show.
        const unfinished: typeof open = [];
        for (const goOn of open) {
          const { complete, violations } = await goOn(maxRuns);
          if (violations.some(({ invariant }) => invariant === noticedBy)) {
            return;
          }
          if (!complete) {
            unfinished.push(goOn);
          }
        }
        open = unfinished;
      }
      expect.fail(`No world shows a broken ${noticedBy}.`);
    },
    timeout,
  );
});
