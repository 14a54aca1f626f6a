import { asc, isNull, lt, lte, sql } from 'drizzle-orm';
import type { EventRepository, EventRow } from '@pixsim7/core';
import type { RepositoryConnection } from '../connection.ts';
import { events } from '../schema/index.ts';
import { readRows } from '../statements/table-statements.ts';
import { eventStatements } from '../statements/tables.ts';
import type { StoredEvent } from '../statements/tables.ts';

/** Names the advisory lock of the one who publishes events; any number that nothing else here uses. */
const publisherLock = 7_001;

const lockPublishing = `select pg_try_advisory_xact_lock(${publisherLock})`;

const assignNumbers = `with "next" as (
    select "position", row_number() over (order by "position") as "number"
    from "events" where "sequence" is null order by "position" limit $1
  )
  update "events" set "sequence" = "next"."number" + (select coalesce(max("sequence"), 0) from "events")
  from "next" where "events"."position" = "next"."position"
  returning ${eventStatements.columns}`;

const byNumber = `${eventStatements.select} where "sequence" > $2 order by "sequence" limit $1`;

/** @param onAppend called for each event that is written */
export function createEventRepository(
  repository: RepositoryConnection,
  onAppend: () => void,
): EventRepository {
  const { drizzle: connection } = repository;
  const latestSequence = async (): Promise<number> => {
    const [row] = await connection
      .select({ latest: sql<number>`coalesce(max(${events.sequence}), 0)`.mapWith(Number) })
      .from(events);
    return row?.latest ?? 0;
  };

  const readEvents = async (text: string, limit: number, ...values: number[]): Promise<EventRow[]> => {
    const rows = await readRows(repository, eventStatements, text, [limit, ...values].map(String));
    return rows.map(toEventRow);
  };

  return {
    async append(event) {
      await repository.send(eventStatements.insert(event));
      onAppend();
    },
    async assignSequences(limit) {
      // Held until the transaction ends. The update is a statement of its own, so it sees what the previous holder committed.
      const { rows } = await repository.send({ text: lockPublishing, values: [] });
      if (rows[0]?.[0] !== 't') {
        return [];
      }
      const published = await readEvents(assignNumbers, limit);
      return published.sort((left, right) => left.sequence - right.sequence);
    },
    async after(sequence, limit) {
      return readEvents(byNumber, limit, sequence);
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

function toEventRow(row: StoredEvent): EventRow {
  if (row.sequence === null) {
    throw new Error(`Event ${row.id} was read as published and has no number.`);
  }
  return { ...row, sequence: row.sequence };
}
