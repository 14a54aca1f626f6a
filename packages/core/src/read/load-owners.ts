import type { CoreDependencies } from '../dependencies.ts';
import type { AccountRow, JobRow, SubmissionRow } from '../model/index.ts';
import type { Transaction } from '../ports/index.ts';

/** Says in logs and traces that the work is about this attempt from here on. */
export function correlate(
  { correlation }: Pick<CoreDependencies, 'correlation'>,
  { jobId, accountId, providerId }: SubmissionRow,
): void {
  correlation?.add({ job_id: jobId, account_id: accountId, provider_id: providerId });
}

/** The job and the account of an attempt; the schema promises that both exist. From here on the work is about them. */
export async function loadOwners(
  dependencies: Pick<CoreDependencies, 'correlation'>,
  transaction: Transaction,
  submission: SubmissionRow,
): Promise<{ job: JobRow; account: AccountRow }> {
  correlate(dependencies, submission);
  const job = await transaction.jobs.get(submission.jobId);
  const account = await transaction.accounts.get(submission.accountId);
  if (job === null || account === null) {
    throw new Error(`Submission ${submission.id} lost its job or its account.`);
  }
  return { job, account };
}
