import type { WorkerStep } from '@pixsim7/contracts';
import type { PauseBounds } from '@pixsim7/core';

/** How many keys of a step run at a time in one process. */
export type StepConcurrency = Readonly<Record<WorkerStep, number>>;

/** Checks are short reads; the others move files or write, so fewer of them fill the line and the database. */
export const defaultStepConcurrency: StepConcurrency = {
  dispatch: 4,
  submit: 8,
  check: 16,
  ingest: 4,
  deliver: 4,
};

/** How long a handler that threw has to wait. */
export const defaultRetryDelays: PauseBounds = { firstMs: 1_000, longestMs: 60_000 };

/** A lost race is run again at once, because the next read sees the winner's row; more in a row is a fault. */
export const staleRunsInARow = 5;
