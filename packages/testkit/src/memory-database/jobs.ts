import { isTerminalJobStatus } from '@pixsim7/contracts';
import type { JobId, JobStatus, UserId, WaitReason, WorkspaceId } from '@pixsim7/contracts';
import { accountReasons, furthestPlace, UniqueViolationError } from '@pixsim7/core';
import type { JobFilter, JobRepository, JobRow, OpenPlaces } from '@pixsim7/core';
import { byAge, compareText, getMany, insertNew, isMadeBetween, nextVersion, takePage } from './rows.ts';
import type { Tables } from './tables.ts';

export function createJobRepository({ jobs, jobInputs, submissions }: Tables): JobRepository {
  const pendingIn = (lane: string): JobRow[] =>
    jobs.values().filter((job) => job.status === 'pending' && job.lanes.includes(lane));

  /** The check constraints of the schema. */
  const assertWaitFitsStatus = ({ id, status, waitReason, dueAt, lanes }: JobRow): void => {
    const waits = status === 'pending';
    if (waits && lanes.length === 0) {
      jobs.refuse(new Error(`Job ${id} is pending and stands in no lane.`));
    }
    if (waits !== (waitReason !== null) || (!waits && dueAt !== null)) {
      jobs.refuse(
        new Error(`Job ${id} is ${status}; wait reason ${waitReason} and due time ${dueAt} do not fit.`),
      );
    }
  };

  return {
    async insert(job, inputs) {
      if (
        job.idempotencyKey !== null &&
        findByKey(jobs.values(), job.workspaceId, job.idempotencyKey) !== null
      ) {
        jobs.refuse(new UniqueViolationError('jobs_workspace_idempotency_key'));
      }
      assertWaitFitsStatus(job);
      insertNew(jobs, 'jobs_pkey', job.id, job);
      for (const input of inputs) {
        insertNew(jobInputs, 'job_inputs_pkey', `${input.jobId} ${input.position}`, input);
      }
    },
    async get(id) {
      return jobs.get(id) ?? null;
    },
    async getMany(ids) {
      return getMany(jobs, ids);
    },
    async update(job, changes) {
      const next = nextVersion(jobs, job, changes);
      assertWaitFitsStatus(next);
      return jobs.put(job.id, next);
    },
    async inputs(id) {
      return jobInputs
        .values()
        .filter((input) => input.jobId === id)
        .sort((left, right) => left.position - right.position);
    },
    async inputsOf(ids) {
      const wanted = new Set<string>(ids);
      return jobInputs
        .values()
        .filter((input) => wanted.has(input.jobId))
        .sort((left, right) => compareText(left.jobId, right.jobId) || left.position - right.position);
    },
    async replaceInputs(id, inputs) {
      for (const input of jobInputs.values()) {
        if (input.jobId === id) {
          jobInputs.delete(`${id} ${input.position}`);
        }
      }
      for (const input of inputs) {
        insertNew(jobInputs, 'job_inputs_pkey', `${input.jobId} ${input.position}`, input);
      }
    },
    async findByIdempotencyKey(workspaceId, key) {
      return findByKey(jobs.values(), workspaceId, key);
    },
    async retriesOf(id) {
      return jobs
        .values()
        .filter(({ retryOf }) => retryOf === id)
        .sort(byAge);
    },
    async list(filter, page) {
      return takePage(
        jobs
          .values()
          .filter(
            (job) =>
              matches(job, filter) &&
              (filter.accountId === undefined ||
                submissions
                  .values()
                  .some(({ accountId, jobId }) => jobId === job.id && accountId === filter.accountId)),
          ),
        page,
      );
    },
    async dispatchable(providerId, now, limit) {
      const due = pendingIn(providerId).filter((job) => isDue(job, now));
      return inDispatchOrder(due, runningPerOwner(jobs.values(), providerId)).slice(0, limit);
    },
    async startable(providerId, now, places, limit) {
      const fitting = pendingIn(providerId).filter(
        (job) => (isDue(job, now) || waitsForAccount(job)) && places.some((place) => fits(job, place)),
      );
      return inDispatchOrder(fitting, runningPerOwner(jobs.values(), providerId)).slice(0, limit);
    },
    async hasSteppedAside(providerId, now) {
      return pendingIn(providerId).some((job) => waitsForAccount(job) && !isDue(job, now));
    },
    async providersWithDispatchable(now) {
      const due = jobs.values().filter((job) => job.status === 'pending' && isDue(job, now));
      return [...new Set(due.flatMap((job) => job.lanes))].sort();
    },
    async queuePositions(ids) {
      const wanted = new Set(ids);
      const positions = new Map<JobId, number>();
      const lanes = new Set(getMany(jobs, ids).flatMap((job) => job.lanes));
      for (const lane of lanes) {
        const running = runningPerOwner(jobs.values(), lane);
        const ahead = new Map<WorkspaceId, number>();
        for (const { id, workspaceId } of inDispatchOrder(pendingIn(lane), running)) {
          const position = (ahead.get(workspaceId) ?? 0) + 1;
          ahead.set(workspaceId, position);
          if (wanted.has(id)) {
            positions.set(id, Math.min(position, positions.get(id) ?? furthestPlace + 1));
          }
        }
      }
      return positions;
    },
    async enterOlder() {
      return 0;
    },
    async forgetRouteReasons(endedBefore, limit) {
      const old = jobs
        .values()
        .filter(
          ({ route, completedAt }) =>
            completedAt !== null &&
            completedAt < endedBefore &&
            route?.candidates.some(({ reason }) => reason !== '') === true,
        )
        .sort((left, right) => Number(left.completedAt) - Number(right.completedAt))
        .slice(0, limit);
      for (const job of old) {
        const { route } = job;
        if (route === null) {
          continue;
        }
        const candidates = route.candidates.map((candidate) => ({ ...candidate, reason: '' }));
        jobs.put(job.id, { ...job, route: { ...route, candidates } });
      }
      return old.length;
    },
    async countByStatus(max) {
      const counts = countBy<JobStatus>(jobs.values().map((job) => job.status));
      return new Map(
        [...counts].map(([status, total]) => [
          status,
          isTerminalJobStatus(status) ? Math.min(total, max) : total,
        ]),
      );
    },
    async countNeedingAttention() {
      return jobs.values().filter(({ stage }) => stage === 'needs_attention').length;
    },
    async countByWaitReason() {
      return countBy<WaitReason>(jobs.values().flatMap((job) => job.waitReason ?? []));
    },
  };
}

function findByKey(rows: readonly JobRow[], workspaceId: WorkspaceId, key: string): JobRow | null {
  return rows.find((job) => job.workspaceId === workspaceId && job.idempotencyKey === key) ?? null;
}

function isDue(job: JobRow, now: number): boolean {
  return job.dueAt !== null && job.dueAt <= now;
}

function waitsForAccount({ dueAt, waitReason }: JobRow): boolean {
  return dueAt !== null && accountReasons.some((reason) => reason === waitReason);
}

function fits(job: JobRow, { workspaceId, accountIds, maxCredits }: OpenPlaces): boolean {
  const { lanes, pinnedAccountId, quotedCredits } = job;
  return (
    job.workspaceId === workspaceId &&
    (pinnedAccountId === null || accountIds.includes(pinnedAccountId)) &&
    (maxCredits === null || quotedCredits === null || lanes.length > 1 || quotedCredits <= maxCredits)
  );
}

function matches(job: JobRow, filter: JobFilter): boolean {
  return (
    job.workspaceId === filter.workspaceId &&
    (filter.statuses === undefined || filter.statuses.includes(job.status)) &&
    (filter.stages === undefined || filter.stages.includes(job.stage)) &&
    (filter.model === undefined || job.model === filter.model) &&
    Object.entries(filter.metadata ?? {}).every(([name, value]) => job.metadata[name] === value) &&
    (filter.operationType === undefined || job.operationType === filter.operationType) &&
    (filter.providerId === undefined || job.providerId === filter.providerId) &&
    (filter.routed === undefined || (job.route !== null) === filter.routed) &&
    isMadeBetween(job, filter) &&
    (filter.search === undefined || contains(job, filter.search))
  );
}

function contains(job: JobRow, search: string): boolean {
  const wanted = search.toLowerCase();
  return [job.params.prompt, job.name].some((text) => text?.toLowerCase().includes(wanted) === true);
}

function runningPerOwner(rows: readonly JobRow[], providerId: string): Map<UserId, number> {
  return countBy(
    rows
      .filter((job) => job.providerId === providerId && job.status === 'processing')
      .map((job) => job.ownerId),
  );
}

/** Priority, then the job's number among its owner's jobs counting those that run, then age. */
function inDispatchOrder(rows: readonly JobRow[], running: ReadonlyMap<UserId, number>): JobRow[] {
  const byPriorityAndAge = [...rows].sort(
    (left, right) => right.priority - left.priority || byAge(left, right),
  );
  const numbers = new Map(running);
  const numbered = byPriorityAndAge.map((job) => {
    const number = (numbers.get(job.ownerId) ?? 0) + 1;
    numbers.set(job.ownerId, number);
    return { job, number };
  });
  return numbered
    .sort(
      (left, right) =>
        right.job.priority - left.job.priority || left.number - right.number || byAge(left.job, right.job),
    )
    .map(({ job }) => job);
}

function countBy<Key>(keys: readonly Key[]): Map<Key, number> {
  const counts = new Map<Key, number>();
  for (const key of keys) {
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}
