import { and, arrayContains, asc, eq, gt, inArray, lt, sql } from 'drizzle-orm';
import { isTerminalJobStatus, jobStatuses } from '@pixsim7/contracts';
import type { WaitReason } from '@pixsim7/contracts';
import { accountReasons, StaleRowError } from '@pixsim7/core';
import type { JobRepository } from '@pixsim7/core';
import type { RepositoryConnection } from '../connection.ts';
import { instantText } from '../schema/columns.ts';
import { jobInputs, jobs } from '../schema/index.ts';
import { insertInputs, insertJob } from '../statements/row-writes.ts';
import { readRows, textArray, updateVersion } from '../statements/table-statements.ts';
import { jobInputStatements, jobStatements } from '../statements/tables.ts';
import { countUpTo } from './count-up-to.ts';
import { firstInLine, fits, isDue, waitsForAccount } from './dispatch-order.ts';
import { enterOlderJobs } from './enter-older.ts';
import { listJobs } from './job-list.ts';
import { placesInLine } from './places-in-line.ts';

const byId = `${jobStatements.select} where "id" = $1`;
const byIds = `${jobStatements.select} where "id" = any($1)`;
const byIdempotencyKey = `${jobStatements.select} where "workspace_id" = $1 and "idempotency_key" = $2`;
const inputsByJobs = `${jobInputStatements.select} where "job_id" = any($1) order by "job_id", "position"`;

/** From one set of lanes to the next in the index: as many steps as there are sets, however long the lines are. */
const lanesWithDue = `with recursive "sets" ("lanes") as (
    (select "lanes" from "jobs" where "status" = 'pending' order by "lanes" limit 1)
    union all
    select (
      select "jobs"."lanes" from "jobs"
      where "jobs"."status" = 'pending' and "jobs"."lanes" > "sets"."lanes" order by "jobs"."lanes" limit 1
    )
    from "sets" where "sets"."lanes" is not null
  )
  select distinct unnest("lanes") as "lane" from "sets"
  where exists (
    select from "jobs" where "status" = 'pending' and "jobs"."lanes" = "sets"."lanes" and "due_at" <= $1
  )
  order by "lane"`;

export function createJobRepository(repository: RepositoryConnection): JobRepository {
  const { drizzle: connection } = repository;
  return {
    async insert(job, inputs) {
      await repository.sendAll(insertJob(job, inputs));
    },
    async get(id) {
      const [job] = await readRows(repository, jobStatements, byId, [id]);
      return job ?? null;
    },
    async getMany(ids) {
      return readRows(repository, jobStatements, byIds, [textArray(ids)]);
    },
    async update(job, changes) {
      const updated = await updateVersion(repository, jobStatements, job, changes);
      if (updated === null) {
        throw new StaleRowError(`Job ${job.id} is not at version ${job.version}.`);
      }
      return updated;
    },
    async inputs(id) {
      return readRows(repository, jobInputStatements, inputsByJobs, [textArray([id])]);
    },
    async inputsOf(ids) {
      return readRows(repository, jobInputStatements, inputsByJobs, [textArray(ids)]);
    },
    async replaceInputs(id, inputs) {
      await connection.delete(jobInputs).where(eq(jobInputs.jobId, id));
      await repository.sendAll(insertInputs(inputs));
    },
    async findByIdempotencyKey(workspaceId, key) {
      const [job] = await readRows(repository, jobStatements, byIdempotencyKey, [workspaceId, key]);
      return job ?? null;
    },
    async retriesOf(id) {
      return connection.select().from(jobs).where(eq(jobs.retryOf, id)).orderBy(jobs.createdAt, jobs.id);
    },
    async list(filter, page) {
      return listJobs(connection, filter, page);
    },
    async dispatchable(providerId, now, limit) {
      return firstInLine(connection, providerId, isDue(now), limit);
    },
    async startable(providerId, now, places, limit) {
      return places.length === 0
        ? []
        : firstInLine(
            connection,
            providerId,
            sql`(${isDue(now)} or ${waitsForAccount}) and ${fits(places)}`,
            limit,
          );
    },
    async hasSteppedAside(providerId, now) {
      const next = connection
        .select({ lanes: jobs.lanes, waitReason: jobs.waitReason })
        .from(jobs)
        .where(and(eq(jobs.status, 'pending'), gt(jobs.dueAt, now)))
        .orderBy(asc(jobs.dueAt))
        .limit(1_000)
        .as('next');
      const found = await connection
        .select({ waitReason: next.waitReason })
        .from(next)
        .where(and(arrayContains(next.lanes, [providerId]), inArray(next.waitReason, [...accountReasons])))
        .limit(1);
      return found.length > 0;
    },
    async providersWithDispatchable(now) {
      const { rows } = await repository.send({ text: lanesWithDue, values: [instantText(now)] });
      return rows.map(([lane]) => String(lane));
    },
    async queuePositions(ids) {
      return placesInLine(repository, ids);
    },
    async enterOlder(limit) {
      return enterOlderJobs(connection, limit);
    },
    async forgetRouteReasons(endedBefore, limit) {
      const old = connection
        .select({ id: jobs.id })
        .from(jobs)
        .where(
          and(
            sql`jsonb_path_exists(${jobs.route}, '$.candidates[*].reason ? (@ != "")')`,
            lt(jobs.completedAt, endedBefore),
          ),
        )
        .orderBy(jobs.completedAt)
        .limit(limit);
      const forgotten = await connection
        .update(jobs)
        .set({
          route: sql`jsonb_set(${jobs.route}, '{candidates}', (
            select jsonb_agg(candidate || '{"reason": ""}'::jsonb order by place)
            from jsonb_array_elements(${jobs.route} -> 'candidates') with ordinality as listed (candidate, place)))`,
        })
        .where(inArray(jobs.id, old))
        .returning({ id: jobs.id });
      return forgotten.length;
    },
    async countByStatus(most) {
      return countUpTo(connection, jobs.status, jobStatuses, (status) =>
        isTerminalJobStatus(status) ? most : null,
      );
    },
    async countNeedingAttention() {
      return connection.$count(jobs, sql`${jobs.stage} = 'needs_attention'`);
    },
    async countByWaitReason() {
      const rows = await connection
        .select({ waitReason: jobs.waitReason, total: sql<number>`count(*)::int` })
        .from(jobs)
        // Only a pending job waits; said with the status, the jobs that are over are not looked at.
        .where(sql`${jobs.status} = 'pending' and ${jobs.waitReason} is not null`)
        .groupBy(jobs.waitReason);
      return new Map<WaitReason, number>(
        rows.flatMap(({ waitReason, total }) => (waitReason === null ? [] : [[waitReason, total]])),
      );
    },
  };
}
