import type { AccountRow, AssetRow, JobRow, SubmissionRow, Transaction } from '@pixsim7/core';
import { buildAccount, buildAsset, buildJob, buildSubmission } from '../../builders/index.ts';

/** Rows that a test needs but is not about, written with everything that they point to. */

export async function givenJob(transaction: Transaction, overrides: Partial<JobRow> = {}): Promise<JobRow> {
  const job = buildJob(overrides);
  await transaction.jobs.insert(job, []);
  return job;
}

export async function givenAccount(
  transaction: Transaction,
  overrides: Partial<AccountRow> = {},
): Promise<AccountRow> {
  const account = buildAccount(overrides);
  await transaction.accounts.insert(account);
  return account;
}

export async function givenAsset(
  transaction: Transaction,
  overrides: Partial<AssetRow> = {},
): Promise<AssetRow> {
  const asset = buildAsset(overrides);
  await transaction.assets.insert(asset, []);
  return asset;
}

/** A submission with a job and an account of its own, unless the overrides name existing ones. */
export async function givenSubmission(
  transaction: Transaction,
  overrides: Partial<SubmissionRow> = {},
): Promise<SubmissionRow> {
  const jobId = overrides.jobId ?? (await givenJob(transaction, { status: 'processing' })).id;
  const accountId = overrides.accountId ?? (await givenAccount(transaction)).id;
  const submission = buildSubmission({ jobId, accountId }, overrides);
  await transaction.submissions.insert(submission);
  return submission;
}
