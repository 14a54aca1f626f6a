import { sql } from 'drizzle-orm';
import { bigint, index, jsonb, pgTable, text, unique } from 'drizzle-orm/pg-core';
import { eventTypes } from '@pixsim7/contracts';
import type { EventData, EventId, WorkspaceId } from '@pixsim7/contracts';
import { instant, oneOf } from './columns.ts';

export const events = pgTable(
  'events',
  {
    /** Order of writing. Taken before the commit, so a reader must not go by it: that is what `sequence` is for. */
    position: bigint('position', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    id: text('id').$type<EventId>().notNull(),
    type: text('type', { enum: eventTypes }).notNull(),
    subjectId: text('subject_id').notNull(),
    workspaceId: text('workspace_id').$type<WorkspaceId>().notNull(),
    data: jsonb('data').$type<EventData>().notNull(),
    createdAt: instant('created_at').notNull(),
    /** Null until the event is published. */
    sequence: bigint('sequence', { mode: 'number' }),
  },
  (table) => [
    unique('events_id').on(table.id),
    unique('events_sequence').on(table.sequence),
    oneOf('events_type_known', table.type, eventTypes),
    index('events_unpublished')
      .on(table.position)
      .where(sql`${table.sequence} is null`),
  ],
);
