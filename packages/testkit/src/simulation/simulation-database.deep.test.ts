import { describe, expect, it } from 'vitest';
import { openTestDatabase } from '@pixsim7/infra/testing';
import { simulate } from './simulate.ts';

/**
 * Few, because a real database takes real time: they show that the one in memory does not flatter the domain. Short days of
 * up to 2,000 steps, in which processes die 1, 7, 9 and 9 times; a slow day has 60,000 steps.
 */
const seeds = [111, 115, 116, 123];
const timeout = 240_000;

describe('simulated histories over the embedded database', () => {
  it.each(seeds)(
    'keep every invariant, seed %i',
    async (seed) => {
      const opened = await openTestDatabase();
      try {
        const { final, violations } = await simulate(seed, { database: opened.database });
        expect(final.jobs.length).toBeGreaterThan(0);
        expect(violations).toEqual([]);
      } finally {
        await opened.close();
      }
    },
    timeout,
  );
});
