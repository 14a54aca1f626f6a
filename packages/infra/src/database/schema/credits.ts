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
    index('credit_entries_job').on(table.jobId),
  ],
);
