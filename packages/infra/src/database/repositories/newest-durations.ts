import { sql } from 'drizzle-orm';
import type { DurationSample, LikeJobs } from '@pixsim7/core';
import type { Connection } from '../connection.ts';
import { rowsOf } from '../rows-of.ts';
import { literals } from '../schema/columns.ts';
import { accounts, statesWithOutput, submissions } from '../schema/index.ts';

/**
 * The durations of the newest attempts, for many kinds of jobs in one statement. Of each account in question it reads `limit`
 * entries of an index and their rows, however long the history is.
 */
export async function newestDurations(
  connection: Connection,
  likes: readonly LikeJobs[],
  limit: number,
): Promise<DurationSample[][]> {
  const answers = likes.map((): DurationSample[] => []);
  if (likes.length === 0) {
    return answers;
  }
  const asked = JSON.stringify(likes.map((like, place) => ({ ...like, place })));
  const rows = await rowsOf<{ place: number; seconds: number; unfinishedS: number | null }>(
    connection,
    sql`
      select asked.place, newest.seconds, newest."unfinishedS"
      from jsonb_to_recordset(${asked}::jsonb)
        as asked (place int, "workspaceId" text, "providerId" text, "durationKey" text, sandbox boolean)
      cross join lateral (
        select extract(epoch from taken.finished_at - taken.accepted_at)::float8 as seconds,
          extract(epoch from taken.looked_at - taken.accepted_at)::float8 as "unfinishedS", taken.finished_at
        from ${accounts}
        cross join lateral (
          select ${submissions.acceptedAt}, ${submissions.finishedAt}, ${submissions.lookedAt}
          from ${submissions}
          where ${submissions.providerId} = asked."providerId"
            and ${submissions.durationKey} = asked."durationKey"
            and ${submissions.accountId} = ${accounts.id}
            and ${submissions.state} in (${literals(statesWithOutput)})
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
  for (const { place, seconds, unfinishedS } of rows) {
    answers[place]?.push({ seconds, unfinishedS });
  }
  return answers;
}
