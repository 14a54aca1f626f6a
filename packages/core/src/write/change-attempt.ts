import type { CoreDependencies } from '../dependencies.ts';
import type { JobRow, SubmissionRow } from '../model/index.ts';
import { retryStale } from './retry-stale.ts';
import { write, writeTogether } from './unit-of-work.ts';
import type { UnitOfWork } from './unit-of-work.ts';

/** An attempt and its job as they stand in a transaction. */
export interface Current {
  readonly submission: SubmissionRow;
  readonly job: JobRow;
}

/**
 * Changes an attempt. The first try takes the rows that the step has in hand, because every change is conditional on their
 * versions, and shares its transaction with other steps. When somebody else was faster, the rows are read again, looked at,
 * and written, alone.
 *
 * @param isOpen whether the change still has a meaning
 * @returns null when it has none any more
 */
export async function changeAttempt<Result>(
  dependencies: CoreDependencies,
  attempt: Current,
  isOpen: (submission: SubmissionRow) => boolean,
  work: (unit: UnitOfWork, current: Current) => Promise<Result>,
): Promise<Result | null> {
  return retryStale((race) =>
    race === 1 && isOpen(attempt.submission)
      ? writeTogether(dependencies, (unit) => work(unit, attempt))
      : write(dependencies, async (unit) => {
          const current = await readAgain(unit, attempt);
          return isOpen(current.submission) ? work(unit, current) : null;
        }),
  );
}

async function readAgain(unit: UnitOfWork, attempt: Current): Promise<Current> {
  const submission = await unit.submissions.get(attempt.submission.id);
  const job = await unit.jobs.get(attempt.job.id);
  if (submission === null || job === null) {
    throw new Error(`Submission ${attempt.submission.id} disappeared.`);
  }
  return { submission, job };
}
