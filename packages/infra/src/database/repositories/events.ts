import { asc, eq, getTableColumns, gt, isNull, lt, lte, sql } from 'drizzle-orm';
import type { EventRepository, EventRow } from '@pixsim7/core';
import type { RepositoryConnection } from '../connection.ts';
import { events } from '../schema/index.ts';

/** Names the advisory lock of the one who publishes events; any number that nothing else here uses. */
const publisherLock = 7_001;

const { position: _position, ...eventColumns } = getTableColumns(events);

/** @param onAppend called for each event that is written */
export function createEventRepository(
  { drizzle: connection }: RepositoryConnection,
  onAppend: () => void,
): EventRepository {
  const latestSequence = async (): Promise<number> => {
    const [row] = await connection
      .select({ latest: sql<number>`coalesce(max(${events.sequence}), 0)`.mapWith(Number) })
      .from(events);
    return row?.latest ?? 0;
  };

  return {
    async append(event) {
      await connection.insert(events).values(event);
      onAppend();
    },
    async assignSequences(limit) {
      // Held until the transaction ends. What follows is a statement of its own, so it sees what the previous holder
      // committed.
      const [lock] = await connection
        .select({ taken: sql<boolean>`pg_try_advisory_xact_lock(${publisherLock})` })
        .from(sql`(values (1)) as one`);
      if (lock?.taken !== true) {
        return [];
      }
      const next = connection.$with('next').as(
        connection
          .select({
            position: events.position,
            number: sql<number>`row_number() over (order by ${events.position})`.as('number'),
          })
          .from(events)
          .where(isNull(events.sequence))
          .orderBy(events.position)
          .limit(limit),
      );
      const published = await connection
        .with(next)
        .update(events)
        .set({ sequence: sql`${next.number} + (select coalesce(max(${events.sequence}), 0) from ${events})` })
        .from(next)
        .where(eq(events.position, next.position))
        .returning(eventColumns);
      return published.map(toEventRow).sort((left, right) => left.sequence - right.sequence);
    },
    async after(sequence, limit) {
      const rows = await connection
        .select(eventColumns)
        .from(events)
        .where(gt(events.sequence, sequence))
        .orderBy(asc(events.sequence))
        .limit(limit);
      return rows.map(toEventRow);
    },
    async oldestSequence() {
      const [row] = await connection
        .select({ oldest: sql<string | number | null>`min(${events.sequence})` })
        .from(events);
      return row?.oldest === null || row?.oldest === undefined ? null : Number(row.oldest);
    },
    async removePublished(before, limit) {
      const latest = await latestSequence();
      // The oldest ones by their number, so a run without anything to remove looks at so many rows and no more.
      const oldest = await connection
        .select({ sequence: events.sequence, createdAt: events.createdAt })
        .from(events)
        .where(lt(events.sequence, latest))
        .orderBy(asc(events.sequence))
        .limit(limit);
      // Only from the beginning, so what is kept has no gap: a clock that was set back writes earlier times later.
      const kept = oldest.findIndex(({ createdAt }) => createdAt >= before);
      const last = (kept === -1 ? oldest : oldest.slice(0, kept)).at(-1)?.sequence ?? null;
      if (last === null) {
        return 0;
      }
      const removed = await connection
        .delete(events)
        .where(lte(events.sequence, last))
        .returning({ position: events.position });
      return removed.length;
    },
    latestSequence,
    async oldestUnpublishedAt() {
      const [oldest] = await connection
        .select({ createdAt: events.createdAt })
        .from(events)
        .where(isNull(events.sequence))
        .orderBy(asc(events.position))
        .limit(1);
      return oldest?.createdAt ?? null;
    },
  };
}

function toEventRow(row: Omit<EventRow, 'sequence'> & { readonly sequence: number | null }): EventRow {
  if (row.sequence === null) {
    throw new Error(`Event ${row.id} was read as published and has no number.`);
  }
  return { ...row, sequence: row.sequence };
}
