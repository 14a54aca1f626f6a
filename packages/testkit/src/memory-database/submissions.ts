import type { SubmissionState } from '@pixsim7/contracts';
import { isEnded, isLive, UniqueViolationError } from '@pixsim7/core';
import type { DurationSample, LikeJobs, SubmissionRepository, SubmissionRow } from '@pixsim7/core';
import { byAge, compareText, getMany, insertNew, nextPlace, nextVersion } from './rows.ts';
import type { Tables } from './tables.ts';

/** A job has at most one attempt in these states; `succeeded` counts until its output is stored. */
const openStates: readonly SubmissionState[] = ['prepared', 'unknown', 'accepted', 'succeeded'];

export function createSubmissionRepository({
  submissions,
  accounts,
  observations,
  jobs,
}: Tables): SubmissionRepository {
  const assertUnique = (row: SubmissionRow): void => {
    for (const other of submissions.values()) {
      if (other.id === row.id) {
        continue;
      }
      const constraint = violatedBy(row, other);
      if (constraint !== null) {
        submissions.refuse(new UniqueViolationError(constraint));
      }
    }
  };

  const durationsOf = ({ workspaceId, providerId, durationKey, sandbox }: LikeJobs): DurationSample[] =>
    submissions
      .values()
      .filter((submission) => {
        const account = accounts.get(submission.accountId);
        return (
          submission.providerId === providerId &&
          submission.durationKey === durationKey &&
          (submission.state === 'succeeded' || submission.state === 'stored') &&
          account?.sandbox === sandbox &&
          account.workspaceId === workspaceId
        );
      })
      .flatMap(({ acceptedAt, finishedAt, lookedAt }) =>
        acceptedAt === null || finishedAt === null ? [] : [{ acceptedAt, finishedAt, lookedAt }],
      )
      .sort((left, right) => right.finishedAt - left.finishedAt)
      .map(({ acceptedAt, finishedAt, lookedAt }) => ({
        seconds: (finishedAt - acceptedAt) / 1000,
        unfinishedS: lookedAt === null ? null : (lookedAt - acceptedAt) / 1000,
      }));

  return {
    async insert(submission) {
      assertUnique(submission);
      insertNew(submissions, 'submissions_pkey', submission.id, submission);
    },
    async get(id) {
      return submissions.get(id) ?? null;
    },
    async getMany(ids) {
      return getMany(submissions, ids);
    },
    async update(submission, changes) {
      const next = nextVersion(submissions, submission, changes);
      assertUnique(next);
      return submissions.put(submission.id, next);
    },
    async extendLease(id, version, dueAt) {
      const stored = submissions.get(id);
      if (stored === undefined || stored.version !== version) {
        return false;
      }
      submissions.put(id, { ...stored, dueAt: Math.max(stored.dueAt ?? dueAt, dueAt) });
      return true;
    },
    async recordLooks(id, version, looks, dueAt) {
      const stored = submissions.get(id);
      if (stored === undefined || stored.version !== version) {
        return false;
      }
      submissions.put(id, { ...stored, looks, dueAt });
      return true;
    },
    async findByProviderJob(accountId, providerJobId) {
      const wanted = submissions
        .values()
        .find((entry) => entry.accountId === accountId && entry.providerJobId === providerJobId);
      return wanted ?? null;
    },
    async listByJobs(ids) {
      const wanted = new Set<string>(ids);
      return submissions
        .values()
        .filter((submission) => wanted.has(submission.jobId))
        .sort((left, right) => compareText(left.jobId, right.jobId) || left.number - right.number);
    },
    async countLive(accountIds) {
      const wanted = new Set(accountIds);
      const counts = new Map<SubmissionRow['accountId'], number>();
      for (const { accountId, state } of submissions.values()) {
        if (wanted.has(accountId) && isLive(state)) {
          counts.set(accountId, (counts.get(accountId) ?? 0) + 1);
        }
      }
      return counts;
    },
    async countUnanswered(accountId) {
      return submissions
        .values()
        .filter(
          ({ accountId: owner, state, sentAt, dueAt }) =>
            owner === accountId &&
            (state === 'prepared' || state === 'unknown') &&
            sentAt !== null &&
            dueAt !== null,
        ).length;
    },
    async due(now, limit) {
      return submissions
        .values()
        .filter(({ dueAt }) => dueAt !== null && dueAt <= now)
        .sort((left, right) => Number(left.dueAt) - Number(right.dueAt) || byAge(left, right))
        .slice(0, limit);
    },
    async postpone(ids, dueAt) {
      for (const id of new Set(ids)) {
        const stored = submissions.get(id);
        if (stored !== undefined) {
          submissions.put(id, { ...stored, dueAt });
        }
      }
    },
    async voidLeases(now) {
      const unfinished = submissions.values().filter(({ dueAt }) => dueAt !== null && dueAt > now);
      for (const submission of unfinished) {
        submissions.put(submission.id, { ...submission, dueAt: now });
      }
      return unfinished.length;
    },
    async addObservation(observation, keep) {
      const own = observations.values().filter(({ row }) => row.submissionId === observation.submissionId);
      const place = nextPlace(observations.values());
      observations.put(String(place), { row: observation, place });
      for (const { place: surplus } of own.slice(0, Math.max(0, own.length + 1 - keep))) {
        observations.delete(String(surplus));
      }
    },
    async removeObservations(endedBefore, limit) {
      const old = observations
        .values()
        .filter(({ row }) => {
          const job = jobs.get(submissions.get(row.submissionId)?.jobId ?? '');
          return row.at < endedBefore && (job?.completedAt ?? endedBefore) < endedBefore;
        })
        .sort((left, right) => left.row.at - right.row.at)
        .slice(0, limit);
      for (const { place } of old) {
        observations.delete(String(place));
      }
      return old.length;
    },
    async forgetAccountChoices(endedBefore, limit) {
      const old = submissions
        .values()
        .filter(
          ({ dueAt, accountChoice, finishedAt }) =>
            dueAt === null && accountChoice.length > 0 && finishedAt !== null && finishedAt < endedBefore,
        )
        .sort((left, right) => Number(left.finishedAt) - Number(right.finishedAt))
        .slice(0, limit);
      for (const submission of old) {
        submissions.put(submission.id, { ...submission, accountChoice: [] });
      }
      return old.length;
    },
    async observations(ids) {
      const wanted = new Set(ids);
      return observations
        .values()
        .filter(({ row }) => wanted.has(row.submissionId))
        .sort((left, right) => left.row.at - right.row.at || left.place - right.place)
        .map(({ row }) => row);
    },
    async recentDurations(likes, limit) {
      return likes.map((like) => durationsOf(like).slice(0, limit));
    },
    async countByState(max) {
      const counts = new Map<SubmissionState, number>();
      for (const { state } of submissions.values()) {
        const total = (counts.get(state) ?? 0) + 1;
        counts.set(state, isEnded(state) ? Math.min(total, max) : total);
      }
      return counts;
    },
  };
}

function violatedBy(row: SubmissionRow, other: SubmissionRow): string | null {
  if (other.jobId === row.jobId) {
    if (other.number === row.number) {
      return 'submissions_job_number';
    }
    if (openStates.includes(row.state) && openStates.includes(other.state)) {
      return 'submissions_one_live';
    }
  }
  const sameProviderJob =
    row.providerJobId !== null &&
    other.providerJobId === row.providerJobId &&
    other.accountId === row.accountId;
  return sameProviderJob ? 'submissions_provider_job' : null;
}
