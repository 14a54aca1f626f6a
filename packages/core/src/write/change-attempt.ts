import type { CoreDependencies } from '../dependencies.ts';
import type { JobRow, SubmissionRow } from '../model/index.ts';
import { writeRetrying } from './unit-of-work.ts';
import type { UnitOfWork } from './unit-of-work.ts';

/** An attempt and its job as they stand in a transaction. */
export interface Current {
  readonly submission: SubmissionRow;
  readonly job: JobRow;
}

/**
 * Changes an attempt as it stands now: it is read again, looked at, and written; again when somebody else was faster.
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
  return writeRetrying(dependencies, async (unit) => {
    const submission = await unit.submissions.get(attempt.submission.id);
    const job = await unit.jobs.get(attempt.job.id);
    if (submission === null || job === null) {
      throw new Error(`Submission ${attempt.submission.id} disappeared.`);
    }
    return isOpen(submission) ? work(unit, { submission, job }) : null;
  });
}
