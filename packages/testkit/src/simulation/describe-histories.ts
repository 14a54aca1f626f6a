import { describe, expect, it } from 'vitest';
import type { History } from './history.ts';
import { simulate } from './simulate.ts';

/** Histories per test, so that the report says where it is. */
const perTest = 100;

/**
 * Lives through histories and holds each against every invariant. They stand in two files, so that two processors share
 * them. A failure names its seed; `npm run simulate -- --runs 1 --seed <seed>` lives through that history again.
 */
export function describeHistories(firstSeed: number, runs: number): void {
  describe('simulated histories', () => {
    const starts = Array.from(
      { length: Math.ceil(runs / perTest) },
      (_, index) => firstSeed + index * perTest,
    );

    it.each(starts)(
      'keep every invariant, from seed %i',
      async (start) => {
        const end = Math.min(start + perTest, firstSeed + runs);
        const found: string[] = [];
        for (let seed = start; seed < end; seed += 1) {
          found.push(...describeViolations(await simulate(seed)));
        }
        expect(found).toEqual([]);
      },
      120_000,
    );
  });
}

function describeViolations({ seed, violations, crashes }: History): string[] {
  return violations.map(
    ({ invariant, detail }) => `seed ${seed}, ${crashes.length} crashes: ${invariant}: ${detail}`,
  );
}
