import { openTestDatabase } from '@pixsim7/infra/testing';
import { describe, expect, it } from 'vitest';
import { simulate } from './simulate.ts';

/** Few, because a real database takes real time: they show that the one in memory does not flatter the domain. */
const seeds = Array.from({ length: 4 }, (_, index) => 101 + index);
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
