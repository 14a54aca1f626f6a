import { and, arrayOverlaps, asc, desc, eq, getTableColumns, inArray, sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import type { JobId } from '@pixsim7/contracts';
import type { JobRow } from '@pixsim7/core';
import type { Connection } from '../connection.ts';
import { jobs } from '../schema/index.ts';

/**
 * The lanes in front of the providers. A job that may run at several stands in the lane of each. The turn of a job is
 * its number among the pending jobs of its owner in that lane, behind those that the owner has running there; within one
 * priority, first turns come before second ones, so a thousand queued jobs of one owner hold nobody up.
 *
 * @param lanes the providers whose lanes are asked for
 * @param waiting which of their pending jobs stand in the lane; all of them when it is left out
 */
function buildLanes(connection: Connection, lanes: readonly string[], waiting?: SQL) {
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

/** The foremost place of each job among those of its workspace in the lanes where it stands, from 1; nothing for jobs that stand in none. */
export async function placesInLine(
  connection: Connection,
  ids: readonly JobId[],
): Promise<Map<JobId, number>> {
  const asked = await connection
    .select({ lanes: jobs.lanes })
    .from(jobs)
    .where(and(inArray(jobs.id, [...ids]), eq(jobs.status, 'pending')));
  const lanes = new Set(asked.flatMap((row) => row.lanes));
  if (lanes.size === 0) {
    return new Map();
  }
  const { running, standing, line, order } = buildLanes(connection, [...lanes]);
  const place = sql<number>`(row_number() over (
    partition by ${line.lane}, ${line.workspaceId} order by ${sql.join(order, sql`, `)}
  ))::int`;
  const places = connection
    .$with('places')
    .as(connection.select({ id: line.id, place: place.as('place') }).from(line));
  const rows = await connection
    .with(running, standing, line, places)
    .select({ id: places.id, place: sql<number>`min(${places.place})` })
    .from(places)
    .where(inArray(places.id, [...ids]))
    .groupBy(places.id);
  return new Map(rows.map((row) => [row.id, row.place]));
}
