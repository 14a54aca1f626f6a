import type { AccountId, JobId } from '@pixsim7/contracts';
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
  const pending = jobs.filter((job) => job.status === 'pending').map((job) => job.id);
  // An attempt begins with a change of its job, so one that is as it was made has none.
  const changed = jobs.filter((job) => job.version > 1).map((job) => job.id);
  const hasChanged = changed.length > 0;
  const submissions = hasChanged ? await transaction.submissions.listByJobs(changed) : [];
  const credits = hasChanged ? await transaction.credits.byJobs(changed) : [];
  const assets = hasChanged ? await transaction.assets.byJobs(changed) : [];
  const positions =
    pending.length > 0 ? await transaction.jobs.queuePositions(pending) : new Map<JobId, number>();
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
  if (ids.length === 0) {
    return new Set();
  }
  const accounts = await transaction.accounts.getMany(ids);
  return new Set(accounts.filter(({ sandbox }) => sandbox).map(({ id }) => id));
}
