import { and, asc, desc, eq, gt, inArray, isNotNull, isNull, lt, lte, sql } from 'drizzle-orm';
import { submissionStates } from '@pixsim7/contracts';
import { isEnded, liveSubmissionStates, StaleRowError } from '@pixsim7/core';
import type { SubmissionRepository } from '@pixsim7/core';
import type { RepositoryConnection } from '../connection.ts';
import { accounts, jobs, observations, submissions } from '../schema/index.ts';
import { countUpTo } from './count-up-to.ts';
import { newestDurations } from './newest-durations.ts';

export function createSubmissionRepository({
  drizzle: connection,
}: RepositoryConnection): SubmissionRepository {
  return {
    async insert(submission) {
      await connection.insert(submissions).values(submission);
    },
    async get(id) {
      const [submission] = await connection.select().from(submissions).where(eq(submissions.id, id));
      return submission ?? null;
    },
    async getMany(ids) {
      return connection
        .select()
        .from(submissions)
        .where(inArray(submissions.id, [...ids]));
    },
    async update(submission, changes) {
      const [updated] = await connection
        .update(submissions)
        .set({ ...changes, version: sql`${submissions.version} + 1` })
        .where(and(eq(submissions.id, submission.id), eq(submissions.version, submission.version)))
        .returning();
      if (updated === undefined) {
        throw new StaleRowError(`Submission ${submission.id} is not at version ${submission.version}.`);
      }
      return updated;
    },
    async extendLease(id, version, dueAt) {
      const extended = await connection
        .update(submissions)
        .set({ dueAt: sql`greatest(${submissions.dueAt}, ${sql.param(dueAt, submissions.dueAt)})` })
        .where(and(eq(submissions.id, id), eq(submissions.version, version)))
        .returning({ id: submissions.id });
      return extended.length > 0;
    },
    async recordLooks(id, version, looks, dueAt) {
      const recorded = await connection
        .update(submissions)
        .set({ looks, dueAt })
        .where(and(eq(submissions.id, id), eq(submissions.version, version)))
        .returning({ id: submissions.id });
      return recorded.length > 0;
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
      return connection
        .select()
        .from(submissions)
        .where(inArray(submissions.jobId, [...ids]))
        .orderBy(submissions.jobId, submissions.number);
    },
    async countLive(accountIds) {
      const rows = await connection
        .select({ accountId: submissions.accountId, total: sql<number>`count(*)::int` })
        .from(submissions)
        .where(
          and(
            inArray(submissions.accountId, [...accountIds]),
            inArray(submissions.state, liveSubmissionStates),
          ),
        )
        .groupBy(submissions.accountId);
      return new Map(rows.map((row) => [row.accountId, row.total]));
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
      await connection.insert(observations).values(observation);
      const surplus = connection
        .select({ position: observations.position })
        .from(observations)
        .where(eq(observations.submissionId, observation.submissionId))
        .orderBy(desc(observations.position))
        .offset(keep);
      await connection.delete(observations).where(inArray(observations.position, surplus));
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
