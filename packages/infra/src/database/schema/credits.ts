import { sql } from 'drizzle-orm';
import { bigint, index, numeric, pgTable, text, unique } from 'drizzle-orm/pg-core';
import { creditEntryKinds } from '@pixsim7/contracts';
import type { AccountId, JobId, SubmissionId } from '@pixsim7/contracts';
import { accounts } from './accounts.ts';
import { instant, oneOf } from './columns.ts';
import { jobs } from './jobs.ts';
import { submissions } from './submissions.ts';

export const creditEntries = pgTable(
  'credit_entries',
  {
    /** Order of writing. */
    position: bigint('position', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    accountId: text('account_id')
      .$type<AccountId>()
      .notNull()
      .references(() => accounts.id),
    submissionId: text('submission_id')
      .$type<SubmissionId>()
      .notNull()
      .references(() => submissions.id),
    jobId: text('job_id')
      .$type<JobId>()
      .notNull()
      .references(() => jobs.id),
    kind: text('kind', { enum: creditEntryKinds }).notNull(),
    // Numeric, because sums of binary fractions drift.
    amount: numeric('amount', { mode: 'number' }),
    at: instant('at').notNull(),
  },
  (table) => [
    unique('credit_entries_submission_kind').on(table.submissionId, table.kind),
    oneOf('credit_entries_kind_known', table.kind, creditEntryKinds),
    index('credit_entries_account').on(table.accountId),
    // Finds what ended since a reading of the balance, without a look at what ended before it.
    index('credit_entries_endings')
      .on(table.accountId, table.at)
      .where(sql`${table.kind} <> 'hold'`),
    index('credit_entries_job').on(table.jobId),
  ],
);

/** Sum of the settlements of each account, up to a position of the ledger: adding the rest takes little. */
export const settledTotals = pgTable('settled_totals', {
  accountId: text('account_id')
    .$type<AccountId>()
    .primaryKey()
    .references(() => accounts.id),
  settled: numeric('settled', { mode: 'number' }).notNull(),
  /** Of the last settlement in the sum. All accounts together: every settlement up to the highest one is in a sum. */
  position: bigint('position', { mode: 'number' }).notNull(),
});
