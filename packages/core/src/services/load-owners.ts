import type { AccountRow, JobRow, SubmissionRow } from '../model/index.ts';
import type { Transaction } from '../ports/index.ts';

/** The job and the account of an attempt; the schema promises that both exist. */
export async function loadOwners(
  transaction: Transaction,
  submission: SubmissionRow,
): Promise<{ job: JobRow; account: AccountRow }> {
  const job = await transaction.jobs.get(submission.jobId);
  const account = await transaction.accounts.get(submission.accountId);
  if (job === null || account === null)
    throw new Error(`Submission ${submission.id} lost its job or its account.`);
  return { job, account };
}
