import { and, asc, eq, gt, inArray, isNotNull, isNull, lt, lte, sql } from 'drizzle-orm';
import { submissionStates } from '@pixsim7/contracts';
import type { AccountId } from '@pixsim7/contracts';
import { isEnded, liveSubmissionStates, StaleRowError } from '@pixsim7/core';
import type { SubmissionRepository } from '@pixsim7/core';
import type { RepositoryConnection } from '../connection.ts';
import { instantText } from '../schema/columns.ts';
import { accounts, jobs, observations, submissions } from '../schema/index.ts';
import { insertObservation } from '../statements/row-writes.ts';
import { readRows, textArray, updateVersion } from '../statements/table-statements.ts';
import { submissionStatements } from '../statements/tables.ts';
import { countUpTo } from './count-up-to.ts';
import { newestDurations } from './newest-durations.ts';

const byId = `${submissionStatements.select} where "id" = $1`;
const byIds = `${submissionStatements.select} where "id" = any($1)`;
const byJobs = `${submissionStatements.select} where "job_id" = any($1) order by "job_id", "number"`;

const lease = `update "submissions" set "due_at" = greatest("due_at", $3) where "id" = $1 and "version" = $2`;
const looked = `update "submissions" set "looks" = $3, "due_at" = $4 where "id" = $1 and "version" = $2`;

/** The states are literals, because a plan that is kept uses a partial index only for a condition that it can see. */
const liveByAccounts = `select "account_id", count(*) from "submissions"
  where "account_id" = any($1) and "state" in (${liveSubmissionStates.map((state) => `'${state}'`).join(', ')})
  group by "account_id"`;

export function createSubmissionRepository(repository: RepositoryConnection): SubmissionRepository {
  const { drizzle: connection } = repository;
  return {
    async insert(submission) {
      await repository.send(submissionStatements.insert(submission));
    },
    async get(id) {
      const [submission] = await readRows(repository, submissionStatements, byId, [id]);
      return submission ?? null;
    },
    async getMany(ids) {
      return readRows(repository, submissionStatements, byIds, [textArray(ids)]);
    },
    async update(submission, changes) {
      const updated = await updateVersion(repository, submissionStatements, submission, changes);
      if (updated === null) {
        throw new StaleRowError(`Submission ${submission.id} is not at version ${submission.version}.`);
      }
      return updated;
    },
    async extendLease(id, version, dueAt) {
      const { count } = await repository.send({
        text: lease,
        values: [id, String(version), instantText(dueAt)],
      });
      return count > 0;
    },
    async recordLooks(id, version, looks, dueAt) {
      const { count } = await repository.send({
        text: looked,
        values: [id, String(version), JSON.stringify(looks), instantText(dueAt)],
      });
      return count > 0;
    },
    async findByProviderJob(accountId, providerJobId) {
      const [submission] = await connection
        .select()
        .from(submissions)
        .innerJoin(accounts, eq(accounts.id, submissions.accountId))
        // With the provider, because the unique rule that answers this begins with it.
        .where(
          and(
            eq(submissions.providerId, accounts.providerId),
            eq(submissions.accountId, accountId),
            eq(submissions.providerJobId, providerJobId),
          ),
        );
      return submission?.submissions ?? null;
    },
    async listByJobs(ids) {
      return readRows(repository, submissionStatements, byJobs, [textArray(ids)]);
    },
    async countLive(accountIds) {
      const { rows } = await repository.send({ text: liveByAccounts, values: [textArray(accountIds)] });
      return new Map(rows.map(([accountId, total]) => [accountId as AccountId, Number(total)]));
    },
    async countUnanswered(accountId) {
      return connection.$count(
        submissions,
        and(
          eq(submissions.accountId, accountId),
          inArray(submissions.state, ['prepared', 'unknown']),
          isNotNull(submissions.sentAt),
          isNotNull(submissions.dueAt),
        ),
      );
    },
    async due(now, limit) {
      return connection
        .select()
        .from(submissions)
        .where(lte(submissions.dueAt, now))
        .orderBy(asc(submissions.dueAt), asc(submissions.createdAt), asc(submissions.id))
        .limit(limit);
    },
    async postpone(ids, dueAt) {
      await connection
        .update(submissions)
        .set({ dueAt })
        .where(inArray(submissions.id, [...ids]));
    },
    async voidLeases(now) {
      const voided = await connection
        .update(submissions)
        .set({ dueAt: now })
        .where(gt(submissions.dueAt, now))
        .returning({ id: submissions.id });
      return voided.length;
    },
    async addObservation(observation, keep) {
      await repository.sendAll(insertObservation(observation, keep));
    },
    async removeObservations(endedBefore, limit) {
      const old = connection
        .select({ position: observations.position })
        .from(observations)
        .innerJoin(submissions, eq(submissions.id, observations.submissionId))
        .innerJoin(jobs, eq(jobs.id, submissions.jobId))
        .where(and(lt(observations.at, endedBefore), lt(jobs.completedAt, endedBefore)))
        .orderBy(observations.at)
        .limit(limit);
      const removed = await connection
        .delete(observations)
        .where(inArray(observations.position, old))
        .returning({ position: observations.position });
      return removed.length;
    },
    async forgetAccountChoices(endedBefore, limit) {
      const old = connection
        .select({ id: submissions.id })
        .from(submissions)
        .where(
          and(
            isNull(submissions.dueAt),
            sql`${submissions.accountChoice} <> '[]'::jsonb`,
            lt(submissions.finishedAt, endedBefore),
          ),
        )
        .orderBy(submissions.finishedAt)
        .limit(limit);
      const forgotten = await connection
        .update(submissions)
        .set({ accountChoice: [] })
        .where(inArray(submissions.id, old))
        .returning({ id: submissions.id });
      return forgotten.length;
    },
    async observations(ids) {
      return connection
        .select({
          submissionId: observations.submissionId,
          at: observations.at,
          rawStatus: observations.rawStatus,
          status: observations.status,
        })
        .from(observations)
        .where(inArray(observations.submissionId, [...ids]))
        .orderBy(observations.at, observations.position);
    },
    async recentDurations(likes, limit) {
      return newestDurations(connection, likes, limit);
    },
    async countByState(most) {
      return countUpTo(connection, submissions.state, submissionStates, (state) =>
        isEnded(state) ? most : null,
      );
    },
  };
}
