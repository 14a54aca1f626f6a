import type { CoreDependencies } from '../dependencies.ts';
import type { AccountRow, JobRow, SubmissionRow } from '../model/index.ts';
import type { Transaction } from '../ports/index.ts';

/** The job and the account of an attempt; the schema promises that both exist. From here on the work is about them. */
export async function loadOwners(
  { correlation }: Pick<CoreDependencies, 'correlation'>,
  transaction: Transaction,
  submission: SubmissionRow,
): Promise<{ job: JobRow; account: AccountRow }> {
  correlation?.add({
    job_id: submission.jobId,
    account_id: submission.accountId,
    provider_id: submission.providerId,
  });
  const job = await transaction.jobs.get(submission.jobId);
  const account = await transaction.accounts.get(submission.accountId);
  if (job === null || account === null) {
    throw new Error(`Submission ${submission.id} lost its job or its account.`);
  }
  return { job, account };
}
