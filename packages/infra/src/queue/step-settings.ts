import type { WorkerStep } from '@pixsim7/contracts';
import { defaultShares } from '@pixsim7/core';
import type { PauseBounds } from '@pixsim7/core';

/** The number of keys of a step that run at a time in one process. */
export type StepConcurrency = Readonly<Record<WorkerStep, number>>;

/**
 * A step that talks to a provider has a place for each call that may wait for an answer at a time (`defaultShares` of
 * core), and a quarter more for rows that are looked at meanwhile: calls that hang cannot fill its places. What such steps do
 * in this process is limited elsewhere, so the number of places costs only memory.
 */
export const defaultStepConcurrency: StepConcurrency = {
  dispatch: 4,
  submit: placesFor(defaultShares.submit.total),
  check: placesFor(defaultShares.check.total),
  ingest: placesFor(defaultShares.ingest.total),
  // They take nothing but the processor, and nobody waits for one.
  poster: 1,
  deliver: 4,
};

function placesFor(calls: number): number {
  return Math.ceil(calls * 1.25);
}

/** The wait before a handler that threw runs again. */
export const defaultRetryDelays: PauseBounds = { firstMs: 1_000, longestMs: 60_000 };

/** A lost race is run again at once, because the next read sees the winner's row; more in a row is a fault. */
export const staleRunsInARow = 5;
