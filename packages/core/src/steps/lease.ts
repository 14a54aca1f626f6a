import type { CoreDependencies } from '../dependencies.ts';
import type { SubmissionRow } from '../model/index.ts';
import { leaseMs } from '../rules/pacing.ts';

/**
 * Keeps a claimed submission ours while a long effect runs. A process that dies or freezes stops renewing, and after the
 * lease another one takes over; what the first one then writes is stale and is refused.
 */
export async function whileLeased<Result>(
  dependencies: Pick<CoreDependencies, 'database' | 'system' | 'logger'>,
  submission: SubmissionRow,
  effect: () => Promise<Result>,
): Promise<Result> {
  const { database, system, logger } = dependencies;
  const renew = (): void => {
    database
      .transaction((transaction) =>
        transaction.submissions.extendLease(submission.id, submission.version, system.now() + leaseMs),
      )
      .catch((error: unknown) => {
        // The effect goes on: losing the lease costs at most a second, harmless run of the step.
        logger.warn({ submission_id: submission.id, error }, 'lease not renewed');
      });
  };
  const stop = system.every(leaseMs / 3, renew);
  try {
    return await effect();
  } finally {
    stop();
  }
}
