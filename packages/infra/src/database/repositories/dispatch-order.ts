import type { JobId } from '@pixsim7/contracts';
import type { JobRow } from '@pixsim7/core';
import { and, asc, desc, eq, getTableColumns, inArray, sql, type SQL } from 'drizzle-orm';
import type { Connection } from '../connection.ts';
import { jobs } from '../schema/index.ts';

/**
 * The line in front of each provider. The turn of a job is its number among the pending jobs of its owner, behind those
 * that the owner has running; within one priority, first turns come before second ones, so a thousand queued jobs of
 * one owner hold nobody up.
 *
 * @param ofProviders which providers' jobs are asked for
 * @param waiting which of their pending jobs stand in the line; all of them when it is left out
 */
function buildLine(connection: Connection, ofProviders: SQL, waiting?: SQL) {
  const running = connection.$with('running').as(
    connection
      .select({
        providerId: jobs.providerId,
        ownerId: jobs.ownerId,
        total: sql<number>`count(*)`.as('total'),
      })
      .from(jobs)
      .where(and(ofProviders, eq(jobs.status, 'processing')))
      .groupBy(jobs.providerId, jobs.ownerId),
  );
  const turn = sql<number>`row_number() over (
    partition by ${jobs.providerId}, ${jobs.ownerId}
    order by ${jobs.priority} desc, ${jobs.createdAt}, ${jobs.id}
  ) + coalesce(${running.total}, 0)`;
  const line = connection.$with('line').as(
    connection
      .select({
        id: jobs.id,
        providerId: jobs.providerId,
        priority: jobs.priority,
        turn: turn.as('turn'),
        createdAt: jobs.createdAt,
      })
      .from(jobs)
      .leftJoin(running, and(eq(running.providerId, jobs.providerId), eq(running.ownerId, jobs.ownerId)))
      .where(and(ofProviders, eq(jobs.status, 'pending'), waiting)),
  );
  const order = [desc(line.priority), asc(line.turn), asc(line.createdAt), asc(line.id)];
  return { running, line, order };
}

/** The first jobs in the line of a provider. */
export function firstInLine(
  connection: Connection,
  providerId: string,
  waiting: SQL,
  limit: number,
): Promise<JobRow[]> {
  const { running, line, order } = buildLine(connection, eq(jobs.providerId, providerId), waiting);
  return connection
    .with(running, line)
    .select(getTableColumns(jobs))
    .from(line)
    .innerJoin(jobs, eq(jobs.id, line.id))
    .orderBy(...order)
    .limit(limit);
}

/** The places of jobs in the lines of their providers, from 1; nothing for jobs that stand in none. */
export async function placesInLine(
  connection: Connection,
  ids: readonly JobId[],
): Promise<Map<JobId, number>> {
  const providers = connection
    .select({ providerId: jobs.providerId })
    .from(jobs)
    .where(inArray(jobs.id, [...ids]));
  const { running, line, order } = buildLine(connection, inArray(jobs.providerId, providers));
  const place = sql<number>`(row_number() over (
    partition by ${line.providerId} order by ${sql.join(order, sql`, `)}
  ))::int`;
  const places = connection
    .$with('places')
    .as(connection.select({ id: line.id, place: place.as('place') }).from(line));
  const rows = await connection
    .with(running, line, places)
    .select()
    .from(places)
    .where(inArray(places.id, [...ids]));
  return new Map(rows.map((row) => [row.id, row.place]));
}
