import { and, arrayOverlaps, asc, desc, eq, getTableColumns, inArray, sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import type { JobRow } from '@pixsim7/core';
import type { Connection } from '../connection.ts';
import { jobs } from '../schema/index.ts';

/**
 * The lanes in front of the providers. A job that may run at several stands in the lane of each. The turn of a job is
 * its number among the pending jobs of its owner in that lane, behind those that the owner has running there; within one
 * priority, first turns come before second ones, so a thousand queued jobs of one owner hold nobody up.
 *
 * @param lanes the providers whose lanes are asked for
 * @param waiting which of their pending jobs stand in the lane
 */
function buildLanes(connection: Connection, lanes: readonly string[], waiting: SQL) {
  const wanted = [...lanes];
  const running = connection.$with('running').as(
    connection
      .select({
        providerId: jobs.providerId,
        ownerId: jobs.ownerId,
        total: sql<number>`count(*)`.as('total'),
      })
      .from(jobs)
      .where(and(inArray(jobs.providerId, wanted), eq(jobs.status, 'processing')))
      .groupBy(jobs.providerId, jobs.ownerId),
  );
  const standing = connection.$with('standing').as(
    connection
      .select({
        id: jobs.id,
        workspaceId: jobs.workspaceId,
        ownerId: jobs.ownerId,
        lane: sql<string>`unnest(${jobs.lanes})`.as('lane'),
        priority: jobs.priority,
        createdAt: jobs.createdAt,
      })
      .from(jobs)
      .where(and(arrayOverlaps(jobs.lanes, wanted), eq(jobs.status, 'pending'), waiting)),
  );
  const turn = sql<number>`row_number() over (
    partition by ${standing.lane}, ${standing.ownerId}
    order by ${standing.priority} desc, ${standing.createdAt}, ${standing.id}
  ) + coalesce(${running.total}, 0)`;
  const line = connection.$with('line').as(
    connection
      .select({
        id: standing.id,
        workspaceId: standing.workspaceId,
        lane: standing.lane,
        priority: standing.priority,
        turn: turn.as('turn'),
        createdAt: standing.createdAt,
      })
      .from(standing)
      .leftJoin(running, and(eq(running.providerId, standing.lane), eq(running.ownerId, standing.ownerId)))
      .where(inArray(standing.lane, wanted)),
  );
  const order = [desc(line.priority), asc(line.turn), asc(line.createdAt), asc(line.id)];
  return { running, standing, line, order };
}

/** The first jobs in the lane of a provider. */
export function firstInLine(
  connection: Connection,
  providerId: string,
  waiting: SQL,
  limit: number,
): Promise<JobRow[]> {
  const { running, standing, line, order } = buildLanes(connection, [providerId], waiting);
  return connection
    .with(running, standing, line)
    .select(getTableColumns(jobs))
    .from(line)
    .innerJoin(jobs, eq(jobs.id, line.id))
    .orderBy(...order)
    .limit(limit);
}
