import { and, eq, exists, getTableColumns, inArray, isNotNull, isNull, or, sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import { unionAll } from 'drizzle-orm/pg-core';
import type { JobStatus } from '@pixsim7/contracts';
import type { JobFilter, JobRow, Page } from '@pixsim7/core';
import type { Connection } from '../connection.ts';
import { jobs, submissions } from '../schema/index.ts';
import { contains, madeBetween, pageOf, promptOf } from './page.ts';

/** The list of jobs. Each filter that can leave few of many jobs has an index that begins with it. */
export async function listJobs(connection: Connection, filter: JobFilter, page: Page): Promise<JobRow[]> {
  const { where, orderBy } = pageOf(page, jobs.createdAt, jobs.id);
  const wanted = and(...conditionsOf(connection, filter), where);
  const [first, second, ...others] = new Set(filter.statuses);
  if (first !== undefined && second !== undefined) {
    // No index has several statuses in the order of the list. So each gives its first page, and the page is among those.
    const firstPage = (status: JobStatus) =>
      connection
        .select({ id: jobs.id })
        .from(jobs)
        .where(and(wanted, eq(jobs.status, status)))
        .orderBy(...orderBy)
        .limit(page.limit);
    const found = unionAll(firstPage(first), firstPage(second), ...others.map(firstPage)).as('found');
    return connection
      .select(getTableColumns(jobs))
      .from(found)
      .innerJoin(jobs, eq(jobs.id, found.id))
      .orderBy(...orderBy)
      .limit(page.limit);
  }
  return connection
    .select()
    .from(jobs)
    .where(
      and(wanted, filter.statuses === undefined ? undefined : inArray(jobs.status, [...filter.statuses])),
    )
    .orderBy(...orderBy)
    .limit(page.limit);
}

/** All conditions but the one of the statuses. */
function conditionsOf(connection: Connection, filter: JobFilter): (SQL | undefined)[] {
  return [
    eq(jobs.workspaceId, filter.workspaceId),
    filter.stages === undefined ? undefined : inArray(jobs.stage, [...filter.stages]),
    // Follows from the line above; said again because the index of the unfinished is defined by these words.
    filter.stages?.includes('finished') === false ? sql`${jobs.stage} <> 'finished'` : undefined,
    filter.operationType === undefined ? undefined : eq(jobs.operationType, filter.operationType),
    filter.providerId === undefined ? undefined : eq(jobs.providerId, filter.providerId),
    filter.routed === undefined ? undefined : filter.routed ? isNotNull(jobs.route) : isNull(jobs.route),
    filter.model === undefined ? undefined : eq(jobs.model, filter.model),
    filter.accountId === undefined
      ? undefined
      : exists(
          connection
            .select({ id: submissions.id })
            .from(submissions)
            .where(and(eq(submissions.jobId, jobs.id), eq(submissions.accountId, filter.accountId))),
        ),
    ...withMetadata(filter),
    madeBetween(filter, jobs.createdAt),
    filter.search === undefined
      ? undefined
      : or(contains(promptOf(jobs.params), filter.search), contains(jobs.name, filter.search)),
  ];
}

function withMetadata({ metadata }: JobFilter): SQL[] {
  if (metadata === undefined || Object.keys(metadata).length === 0) {
    return [];
  }
  return [
    sql`${jobs.metadata} @> ${JSON.stringify(metadata)}::jsonb`,
    // The index holds only jobs with metadata.
    sql`${jobs.metadata} <> '{}'::jsonb`,
  ];
}
