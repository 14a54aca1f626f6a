import { sql } from 'drizzle-orm';
import type { LikeJobs } from '@pixsim7/core';
import type { Connection } from '../connection.ts';
import { literals } from '../schema/columns.ts';
import { accounts, fruitfulStates, submissions } from '../schema/index.ts';
import { rowsOf } from '../transfer/catalog.ts';

/**
 * The durations of the newest attempts, for many kinds of jobs in one statement. Of each account in question it reads `limit`
 * entries of an index and no row, however long the history is.
 */
export async function newestDurations(
  connection: Connection,
  likes: readonly LikeJobs[],
  limit: number,
): Promise<number[][]> {
  const answers = likes.map((): number[] => []);
  if (likes.length === 0) {
    return answers;
  }
  const asked = JSON.stringify(likes.map((like, place) => ({ ...like, place })));
  const rows = await rowsOf<{ place: number; seconds: number }>(
    connection,
    sql`
      select asked.place, newest.seconds
      from jsonb_to_recordset(${asked}::jsonb)
        as asked (place int, "workspaceId" text, "providerId" text, "durationKey" text, sandbox boolean)
      cross join lateral (
        select extract(epoch from taken.finished_at - taken.accepted_at)::float8 as seconds, taken.finished_at
        from ${accounts}
        cross join lateral (
          select ${submissions.acceptedAt}, ${submissions.finishedAt}
          from ${submissions}
          where ${submissions.providerId} = asked."providerId"
            and ${submissions.durationKey} = asked."durationKey"
            and ${submissions.accountId} = ${accounts.id}
            and ${submissions.state} in (${literals(fruitfulStates)})
            and ${submissions.acceptedAt} is not null
            and ${submissions.finishedAt} is not null
          order by ${submissions.finishedAt} desc
          limit ${limit}
        ) as taken
        where ${accounts.workspaceId} = asked."workspaceId"
          and ${accounts.providerId} = asked."providerId"
          and ${accounts.sandbox} = asked.sandbox
        order by taken.finished_at desc
        limit ${limit}
      ) as newest
      order by asked.place, newest.finished_at desc`,
  );
  for (const { place, seconds } of rows) {
    answers[place]?.push(seconds);
  }
  return answers;
}
