import { and, eq, exists, getTableColumns, inArray, isNotNull, isNull, or, sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import { unionAll } from 'drizzle-orm/pg-core';
import type { JobStatus } from '@pixsim7/contracts';
import type { JobFilter, JobRow, Page } from '@pixsim7/core';
import type { Connection } from '../connection.ts';
import { jobMarks, jobs, jobTexts, submissions } from '../schema/index.ts';
import { lacksOlder } from './enter-older.ts';
import { contains, madeBetween, pageOf, promptOf } from './page.ts';
import { firstRows, isIndexedHit, lookedOf, mostHits, searchPage } from './search-page.ts';

/** The list of jobs. Each filter that can leave few of many jobs has an index in the order of the list. */
export async function listJobs(connection: Connection, filter: JobFilter, page: Page): Promise<JobRow[]> {
  const { search } = filter;
  const marks = marksOf(filter);
  const isSearch = search !== undefined && search !== '';
  const filled = (isSearch || marks.length > 0) && !(await lacksOlder(connection, 'jobs'));
  const list = { connection, filter, marks: filled ? marks : null };
  if (!isSearch) {
    return rowsOfList(list, page);
  }
  const isHit = or(contains(promptOf(jobs.params), search), contains(jobs.name, search));
  return searchPage(page.limit, {
    first: () => searchFirst(list, page, search),
    indexed: async () => (filled ? searchIndexed(list, page, search) : null),
    walked: () => rowsOfList(list, page, isHit),
  });
}

interface JobList {
  readonly connection: Connection;
  readonly filter: JobFilter;
  /** The marks to find jobs by; null: not all jobs have theirs, so the rows are asked. */
  readonly marks: readonly SQL[] | null;
}

/** The columns of a job of the list that a search needs. */
const searched = {
  id: jobs.id,
  createdAt: jobs.createdAt,
  prompt: promptOf(jobs.params).as('prompt'),
  name: jobs.name,
};

async function rowsOfList(list: JobList, page: Page, isHit?: SQL): Promise<JobRow[]> {
  const { connection } = list;
  const { orderBy } = pageOf(page, jobs.createdAt, jobs.id);
  return connection
    .select(getTableColumns(jobs))
    .from(sql`(${beginningOfList(list, page, page.limit, isHit)}) as found`)
    .innerJoin(jobs, sql`${jobs.id} = found.id`)
    .orderBy(...orderBy);
}

/** The page of a search among the jobs at the beginning of the list. */
async function searchFirst(list: JobList, page: Page, search: string) {
  const { connection } = list;
  const first = connection.$with('first', searched).as(beginningOfList(list, page, firstRows));
  const { orderBy } = pageOf(page, first.createdAt, first.id);
  const found = connection.$with('found').as(
    connection
      .select({ id: first.id })
      .from(first)
      .where(or(contains(sql`${first.prompt}`, search), contains(first.name, search)))
      .orderBy(...orderBy)
      .limit(page.limit),
  );
  const counted = connection
    .$with('counted')
    .as(connection.select({ total: sql<number>`count(*)::int`.as('total') }).from(first));
  return lookedOf(
    await connection
      .with(first, found, counted)
      .select({ total: counted.total, row: jobs })
      .from(counted)
      .leftJoin(found, sql`true`)
      .leftJoin(jobs, eq(jobs.id, found.id))
      .orderBy(...pageOf(page, jobs.createdAt, jobs.id).orderBy),
  );
}

/** The same among the hits of the index of words. */
async function searchIndexed(list: JobList, page: Page, search: string) {
  const { connection, filter } = list;
  const texts = pageOf(page, jobTexts.createdAt, jobTexts.jobId);
  const hits = connection.$with('hits').as(
    connection
      .select({ id: jobTexts.jobId, createdAt: jobTexts.createdAt })
      .from(jobTexts)
      .where(
        and(
          eq(jobTexts.workspaceId, filter.workspaceId),
          isIndexedHit(jobTexts, filter.workspaceId, search),
          madeBetween(filter, jobTexts.createdAt),
          texts.where,
        ),
      )
      .limit(mostHits + 1),
  );
  // In the order of the hits, so that no more of them are looked up than the page takes.
  const found = connection.$with('found').as(
    connection
      .select({ id: jobs.id })
      .from(hits)
      .innerJoin(jobs, eq(jobs.id, hits.id))
      .where(and(...conditionsOf(list), isOfStatuses(filter)))
      .orderBy(...pageOf(page, hits.createdAt, hits.id).orderBy)
      .limit(page.limit),
  );
  const counted = connection
    .$with('counted')
    .as(connection.select({ total: sql<number>`count(*)::int`.as('total') }).from(hits));
  return lookedOf(
    await connection
      .with(hits, found, counted)
      .select({ total: counted.total, row: jobs })
      .from(counted)
      .leftJoin(found, sql`true`)
      .leftJoin(jobs, eq(jobs.id, found.id))
      .orderBy(...pageOf(page, jobs.createdAt, jobs.id).orderBy),
  );
}

/** The first so many jobs of the list after the last page. */
function beginningOfList(list: JobList, page: Page, limit: number, isHit?: SQL): SQL {
  const { connection, filter, marks } = list;
  const { where, orderBy } = pageOf(page, jobs.createdAt, jobs.id);
  const wanted = and(...conditionsOf(list), where, isHit);
  const [mark, ...otherMarks] = marks ?? [];
  if (mark !== undefined) {
    const marked = pageOf(page, jobMarks.createdAt, jobMarks.jobId);
    return connection
      .select(searched)
      .from(jobMarks)
      .innerJoin(jobs, eq(jobs.id, jobMarks.jobId))
      .where(
        and(
          eq(jobMarks.workspaceId, filter.workspaceId),
          eq(jobMarks.mark, mark),
          marked.where,
          madeBetween(filter, jobMarks.createdAt),
          ...conditionsOf({ ...list, marks: otherMarks }),
          isOfStatuses(filter),
          isHit,
        ),
      )
      .orderBy(...marked.orderBy)
      .limit(limit)
      .getSQL();
  }
  const [first, second, ...others] = new Set(filter.statuses);
  if (first !== undefined && second !== undefined) {
    // No index has several statuses in the order of the list. So each gives its beginning, and that of all is among those.
    const beginning = (status: JobStatus) =>
      connection
        .select(searched)
        .from(jobs)
        .where(and(wanted, eq(jobs.status, status)))
        .orderBy(...orderBy)
        .limit(limit);
    const found = unionAll(beginning(first), beginning(second), ...others.map(beginning)).as('of_statuses');
    return connection
      .select({ id: found.id, createdAt: found.createdAt, prompt: found.prompt, name: found.name })
      .from(found)
      .orderBy(...pageOf(page, found.createdAt, found.id).orderBy)
      .limit(limit)
      .getSQL();
  }
  return connection
    .select(searched)
    .from(jobs)
    .where(and(wanted, isOfStatuses(filter)))
    .orderBy(...orderBy)
    .limit(limit)
    .getSQL();
}

function isOfStatuses({ statuses }: JobFilter): SQL | undefined {
  return statuses === undefined ? undefined : inArray(jobs.status, [...statuses]);
}

/** All conditions on jobs but those of the statuses and of the search. */
function conditionsOf({ connection, filter, marks }: JobList): (SQL | undefined)[] {
  return [
    eq(jobs.workspaceId, filter.workspaceId),
    filter.stages === undefined ? undefined : inArray(jobs.stage, [...filter.stages]),
    // Follows from the line above; said again because the index of the unfinished is defined by these words.
    filter.stages?.includes('finished') === false ? sql`${jobs.stage} <> 'finished'` : undefined,
    filter.operationType === undefined ? undefined : eq(jobs.operationType, filter.operationType),
    filter.providerId === undefined ? undefined : eq(jobs.providerId, filter.providerId),
    filter.routed === undefined ? undefined : filter.routed ? isNotNull(jobs.route) : isNull(jobs.route),
    filter.model === undefined ? undefined : eq(jobs.model, filter.model),
    filter.accountId === undefined || marks !== null
      ? undefined
      : exists(
          connection
            .select({ id: submissions.id })
            .from(submissions)
            .where(and(eq(submissions.jobId, jobs.id), eq(submissions.accountId, filter.accountId))),
        ),
    ...(marks ?? []).map((mark) => hasMark(connection, mark)),
    hasMetadata(filter, marks !== null),
    madeBetween(filter, jobs.createdAt),
  ];
}

/**
 * @param isMarked the marks have chosen the jobs already, and nearly all pass. Without `coalesce` PostgreSQL would expect every
 *   hundredth to pass, and rather read all jobs
 */
function hasMetadata({ metadata }: JobFilter, isMarked: boolean): SQL | undefined {
  if (metadata === undefined) {
    return undefined;
  }
  const has = sql`${jobs.metadata} @> ${JSON.stringify(metadata)}::jsonb`;
  return isMarked ? sql`coalesce(${has}, false)` : has;
}

/** The marks of the jobs of a filter, beside what their columns say. */
function marksOf({ accountId, metadata }: JobFilter): SQL[] {
  return [
    ...(accountId === undefined ? [] : [sql`account_mark(${accountId}::text)`]),
    ...Object.entries(metadata ?? {}).map(
      ([name, value]) => sql`metadata_mark(${name}::text, ${value}::text)`,
    ),
  ];
}

function hasMark(connection: Connection, mark: SQL): SQL {
  return exists(
    connection
      .select({ id: jobMarks.jobId })
      .from(jobMarks)
      .where(
        and(
          eq(jobMarks.workspaceId, jobs.workspaceId),
          eq(jobMarks.mark, mark),
          eq(jobMarks.createdAt, jobs.createdAt),
          eq(jobMarks.jobId, jobs.id),
        ),
      ),
  );
}
