import type { WorkerStep } from '@pixsim7/contracts';

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

/** How long a handler that threw has to wait: doubled with each failure in a row. */
export interface RetryDelays {
  readonly firstMs: number;
  readonly longestMs: number;
}

export const defaultRetryDelays: RetryDelays = { firstMs: 1_000, longestMs: 60_000 };

/** @param failures how many there were in a row, this one included */
export function retryDelayMs({ firstMs, longestMs }: RetryDelays, failures: number): number {
  return Math.min(firstMs * 2 ** (failures - 1), longestMs);
}

/** A lost race is run again at once, because the next read sees the winner's row; more in a row is a fault. */
export const staleRunsInARow = 5;
