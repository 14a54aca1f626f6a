import type { AccountId } from '@pixsim7/contracts';
import type { CoreDependencies } from '../dependencies.ts';
import type { JobRow, SubmissionRow } from '../model/index.ts';
import type { Transaction } from '../ports/index.ts';
import { creditValueOf } from '../rules/cost.ts';
import type { DurationStatistics } from '../rules/pacing.ts';
import type { JobFacts } from '../views/job-view.ts';
import { loadManyDurations, noDurations } from './durations.ts';
import type { DurationSubject } from './durations.ts';

/** Loads what the pictures of many jobs need, in one query per kind of row instead of one per job. */
export async function loadJobFacts(
  dependencies: Pick<CoreDependencies, 'registry' | 'durations'>,
  transaction: Transaction,
  jobs: readonly JobRow[],
): Promise<JobFacts[]> {
  const { registry } = dependencies;
  const ids = jobs.map((job) => job.id);
  const pending = jobs.filter((job) => job.status === 'pending').map((job) => job.id);
  const submissions = await transaction.submissions.listByJobs(ids);
  const credits = await transaction.credits.byJobs(ids);
  const assets = await transaction.assets.byJobs(ids);
  const positions = await transaction.jobs.queuePositions(pending);
  const sandboxes = await sandboxAccounts(transaction, submissions);
  const runsInSandbox = (job: JobRow): boolean =>
    submissions.some((row) => row.jobId === job.id && sandboxes.has(row.accountId));
  const likeKey = (job: JobRow): string => `${job.providerId} ${job.durationKey} ${runsInSandbox(job)}`;
  const subjects = new Map<string, DurationSubject>();
  for (const job of jobs) {
    if (registry.has(job.providerId)) {
      const adapter = registry.get(job.providerId);
      subjects.set(likeKey(job), { adapter, job, sandbox: runsInSandbox(job) });
    }
  }
  const statistics = await loadManyDurations(dependencies, transaction, [...subjects.values()]);
  const durations = new Map<string, DurationStatistics>(
    [...subjects.keys()].map((key, index) => [key, statistics[index] ?? noDurations]),
  );
  return jobs.map((job) => ({
    job,
    submissions: submissions.filter((row) => row.jobId === job.id),
    credits: credits.filter((row) => row.jobId === job.id),
    assets: assets.filter((row) => row.jobId === job.id && row.state !== 'deleted'),
    queuePosition: positions.get(job.id) ?? null,
    durations: durations.get(likeKey(job)) ?? noDurations,
    creditValueUsd: creditValueOf(registry, job.providerId),
  }));
}

async function sandboxAccounts(
  transaction: Transaction,
  submissions: readonly SubmissionRow[],
): Promise<Set<AccountId>> {
  const ids = [...new Set(submissions.map((row) => row.accountId))];
  const accounts = await transaction.accounts.getMany(ids);
  return new Set(accounts.filter(({ sandbox }) => sandbox).map(({ id }) => id));
}
