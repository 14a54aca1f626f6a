import type { RowWrites } from '@pixsim7/core';

/** The writes of a unit of work: nothing but the overrides. */
export function buildRowWrites(overrides: Partial<RowWrites> = {}): RowWrites {
  return {
    accounts: [],
    jobs: [],
    submissions: [],
    newJobs: [],
    newSubmissions: [],
    credits: [],
    newAssets: [],
    lineage: [],
    observations: [],
    events: [],
    readings: [],
    ...overrides,
  };
}
