import { sql } from 'drizzle-orm';
import { index, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import type { AssetId, JobId, WorkspaceId } from '@pixsim7/contracts';
import { instant } from './columns.ts';

// Lists find their rows by these, beside what a column says. Triggers write these tables, once, with the row that is found:
// in the row itself each of the five changes of a job would write its entries into every index again. No foreign keys, for
// the same reason: a trigger writes what its row says.

/** Prompt and name of each job in lower case, to be searched in. */
export const jobTexts = pgTable(
  'job_texts',
  {
    jobId: text('job_id').$type<JobId>().primaryKey(),
    workspaceId: text('workspace_id').$type<WorkspaceId>().notNull(),
    createdAt: instant('created_at').notNull(),
    text: text('text').notNull(),
  },
  (table) => [index('job_texts_grams').using('gin', sql`search_grams(${table.workspaceId}, ${table.text})`)],
);

/** The name of each asset and the prompt that made it. */
export const assetTexts = pgTable(
  'asset_texts',
  {
    assetId: text('asset_id').$type<AssetId>().primaryKey(),
    workspaceId: text('workspace_id').$type<WorkspaceId>().notNull(),
    createdAt: instant('created_at').notNull(),
    text: text('text').notNull(),
  },
  (table) => [
    index('asset_texts_grams').using('gin', sql`search_grams(${table.workspaceId}, ${table.text})`),
  ],
);

/** The accounts that a job was tried on and its metadata, each in the order of the list of jobs. */
export const jobMarks = pgTable(
  'job_marks',
  {
    workspaceId: text('workspace_id').$type<WorkspaceId>().notNull(),
    /** As the functions `account_mark` and `metadata_mark` write it. */
    mark: text('mark').notNull(),
    createdAt: instant('created_at').notNull(),
    jobId: text('job_id').$type<JobId>().notNull(),
  },
  (table) => [
    primaryKey({
      name: 'job_marks_pkey',
      columns: [table.workspaceId, table.mark, table.createdAt, table.jobId],
    }),
  ],
);

/** Tables whose older rows are not in the tables above yet. */
export const foundByFills = pgTable('found_by_fills', {
  subject: text('subject', { enum: ['jobs', 'assets'] }).primaryKey(),
  /** Rows with a smaller id are still missing; null: all that were there before the triggers. */
  missingBelow: text('missing_below'),
});
