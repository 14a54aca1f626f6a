import { inArray, sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import type { JobId, UserId } from '@pixsim7/contracts';
import { accountReasons } from '@pixsim7/core';
import type { Instant, JobRow, OpenPlaces } from '@pixsim7/core';
import type { Connection } from '../connection.ts';
import { rowsOf } from '../rows-of.ts';
import { jobs } from '../schema/index.ts';
import { textArray } from '../statements/table-statements.ts';
import { waitingOwners } from './waiting-owners.ts';

/** Jobs of each owner that are read at first: of many owners hardly one has more among the first in the line. */
const firstDepth = 4;

/** A pending job whose time has come. */
export function isDue(now: Instant): SQL {
  return sql`${jobs.dueAt} <= ${sql.param(now, jobs.dueAt)}`;
}

/** A pending job that can start as soon as an account can take it. */
export const waitsForAccount: SQL = sql`${jobs.dueAt} is not null and ${inArray(jobs.waitReason, [...accountReasons])}`;

/** A job that one of the accounts in these places could take. */
export function fits(places: readonly OpenPlaces[]): SQL {
  const rows = places.map(
    ({ workspaceId, accountIds, maxCredits }) =>
      sql`(${workspaceId}::text, ${textArray(accountIds)}::text[], ${maxCredits}::numeric)`,
  );
  return sql`exists (
    select 1 from (values ${sql.join(rows, sql`, `)}) as place (workspace_id, account_ids, max_credits)
    where place.workspace_id = ${jobs.workspaceId}
      and (${jobs.pinnedAccountId} is null or ${jobs.pinnedAccountId} = any (place.account_ids))
      and (
        place.max_credits is null or ${jobs.quotedCredits} is null
        or cardinality(${jobs.lanes}) > 1 or ${jobs.quotedCredits} <= place.max_credits
      )
  )`;
}

/** A job that stands in front, and its number among those of its owner. */
interface Standing extends Record<string, unknown> {
  readonly id: JobId;
  readonly owner_id: UserId;
  readonly number: number;
}

/**
 * The first jobs in the lane of a provider. A job that may run at several stands in the lane of each. The turn of a job is
 * its number among the pending jobs of its owner in that lane, behind those that the owner has running there; within one
 * priority, first turns come before second ones, so a thousand queued jobs of one owner hold nobody up.
 *
 * It reads the first jobs of each owner, and then more of those owners only whose last read job stands in front: what an
 * owner has behind that one stands further back. So it takes as long as there are owners, however long the line is.
 *
 * @param waiting which of the pending jobs stand in the lane
 */
export async function firstInLine(
  connection: Connection,
  providerId: string,
  waiting: SQL,
  limit: number,
): Promise<JobRow[]> {
  const read = (deep: readonly UserId[]): Promise<Standing[]> =>
    readLine(connection, providerId, waiting, limit, deep);
  let line = await read([]);
  const deep = new Set(line.filter(({ number }) => number >= firstDepth).map((row) => row.owner_id));
  if (deep.size > 0 && limit > firstDepth) {
    line = await read([...deep]);
  }
  const rows = await connection
    .select()
    .from(jobs)
    .where(
      inArray(
        jobs.id,
        line.map(({ id }) => id),
      ),
    );
  const found = new Map(rows.map((row) => [row.id, row]));
  return line.flatMap(({ id }) => found.get(id) ?? []);
}

/** @param deep owners of whom as many jobs are read as are asked for */
function readLine(
  connection: Connection,
  providerId: string,
  waiting: SQL,
  limit: number,
  deep: readonly UserId[],
): Promise<Standing[]> {
  return rowsOf<Standing>(
    connection,
    sql`
      with recursive ${waitingOwners},
      running as (
        select owner_id, count(*) as total from jobs
        where status = 'processing' and provider_id = ${providerId}
        group by owner_id
      ),
      line as (
        select head.*, owners.owner_id, row_number() over (
          partition by owners.owner_id order by head.priority desc, head.created_at, head.id
        ) as number
        from owners
        cross join lateral (
          select jobs.id, jobs.priority, jobs.created_at from jobs
          where jobs.status = 'pending' and jobs.owner_id = owners.owner_id
            -- Not "= any", of which few hits are expected: then all jobs of the owner are read and sorted.
            and array_position(jobs.lanes, ${providerId}::text) is not null
            and ${waiting}
          order by jobs.priority desc, jobs.created_at, jobs.id
          limit case when owners.owner_id = any (${textArray(deep)}::text[])
            then ${limit}::int else ${Math.min(firstDepth, limit)}::int end
        ) as head
      )
      select line.id, line.owner_id, line.number::int from line
      left join running on running.owner_id = line.owner_id
      order by line.priority desc, line.number + coalesce(running.total, 0), line.created_at, line.id
      limit ${limit}`,
  );
}
