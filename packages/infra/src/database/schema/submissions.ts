import { sql } from 'drizzle-orm';
import {
  bigint,
  doublePrecision,
  index,
  integer,
  jsonb,
  numeric,
  pgTable,
  text,
  unique,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import { submissionStates, videoStatuses } from '@pixsim7/contracts';
import type { AccountId, JobId, SubmissionId, SubmissionState } from '@pixsim7/contracts';
import { endedSubmissionStates, liveSubmissionStates, unsettledSubmissionStates } from '@pixsim7/core';
import type { SubmissionRow } from '@pixsim7/core';
import { accounts } from './accounts.ts';
import { instant, literals, oneOf } from './columns.ts';
import { jobs } from './jobs.ts';

/** While an attempt is in one of these its job has no other. `succeeded` still has its output to store. */
const openStates = [...liveSubmissionStates, 'succeeded'] as const satisfies SubmissionState[];

/** States of attempts that brought a video; only these say how long one takes. */
export const statesWithOutput = ['succeeded', 'stored'] as const satisfies SubmissionState[];

export const submissions = pgTable(
  'submissions',
  {
    id: text('id').$type<SubmissionId>().primaryKey(),
    jobId: text('job_id')
      .$type<JobId>()
      .notNull()
      .references(() => jobs.id),
    number: integer('number').notNull(),
    accountId: text('account_id')
      .$type<AccountId>()
      .notNull()
      .references(() => accounts.id),
    providerId: text('provider_id').notNull(),
    durationKey: text('duration_key'),
    state: text('state', { enum: submissionStates }).notNull(),
    token: text('token').notNull(),
    endpoint: text('endpoint'),
    // Text, not JSON: a JSON column would not keep the exact bytes that were sent.
    body: text('body'),
    payload: jsonb('payload').$type<NonNullable<SubmissionRow['payload']>>(),
    providerJobId: text('provider_job_id'),
    handle: jsonb('handle').$type<NonNullable<SubmissionRow['handle']>>(),
    outputs: jsonb('outputs').$type<SubmissionRow['outputs']>().notNull(),
    // The column is older than the word: an attempt is the whole row, a try is one send or download of it.
    tries: integer('attempts').notNull(),
    looks: jsonb('looks')
      .$type<SubmissionRow['looks']>()
      .notNull()
      .default(sql`'[]'::jsonb`),
    dueAt: instant('due_at'),
    watchedMs: bigint('watched_ms', { mode: 'number' }).notNull().default(0),
    lookedAt: instant('looked_at'),
    evidenceLooks: integer('evidence_looks').notNull().default(0),
    error: jsonb('error').$type<NonNullable<SubmissionRow['error']>>(),
    accountChoice: jsonb('account_choice').$type<SubmissionRow['accountChoice']>().notNull(),
    lastRawStatus: text('last_raw_status'),
    lastObservedAt: instant('last_observed_at'),
    progress: doublePrecision('progress'),
    queuePosition: integer('queue_position'),
    providerCredits: numeric('provider_credits', { mode: 'number' }),
    cancelAskedAt: instant('cancel_asked_at'),
    version: integer('version').notNull(),
    createdAt: instant('created_at').notNull(),
    sentAt: instant('sent_at'),
    acceptedAt: instant('accepted_at'),
    finishedAt: instant('finished_at'),
    storedAt: instant('stored_at'),
  },
  (table) => [
    unique('submissions_job_number').on(table.jobId, table.number),
    unique('submissions_provider_job').on(table.providerId, table.accountId, table.providerJobId),
    uniqueIndex('submissions_one_live')
      .on(table.jobId)
      .where(sql`${table.state} in (${literals(openStates)})`),
    oneOf('submissions_state_known', table.state, submissionStates),
    index('submissions_due')
      .on(table.dueAt)
      .where(sql`${table.dueAt} is not null`),
    index('submissions_live')
      .on(table.accountId)
      .where(sql`${table.state} in (${literals(liveSubmissionStates)})`),
    // The open holds of an account: as many as it has running, not as many as it ever made.
    index('submissions_unsettled')
      .on(table.accountId)
      .where(sql`${table.state} in (${literals(unsettledSubmissionStates)})`),
    // Counted up to a bound, for `/metrics`.
    index('submissions_ended')
      .on(table.state)
      .where(sql`${table.state} in (${literals(endedSubmissionStates)})`),
    // Only what there is something to forget of.
    index('submissions_with_choices')
      .on(table.finishedAt)
      .where(sql`${table.dueAt} is null and ${table.accountChoice} <> '[]'::jsonb`),
    // By account, because the newest of one workspace are those of its accounts: no row of another workspace is read.
    index('submissions_durations')
      .on(
        table.providerId,
        table.durationKey,
        table.accountId,
        table.finishedAt.desc().nullsFirst(),
        table.acceptedAt,
      )
      .where(
        sql`${table.state} in (${literals(statesWithOutput)}) and ${table.acceptedAt} is not null and ${table.finishedAt} is not null`,
      ),
  ],
);

export const observations = pgTable(
  'observations',
  {
    /** Order of writing. */
    position: bigint('position', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    submissionId: text('submission_id')
      .$type<SubmissionId>()
      .notNull()
      .references(() => submissions.id),
    at: instant('at').notNull(),
    rawStatus: text('raw_status').notNull(),
    status: text('status', { enum: videoStatuses }),
  },
  (table) => [
    index('observations_submission').on(table.submissionId),
    index('observations_at').on(table.at),
    oneOf('observations_status_known', table.status, videoStatuses),
  ],
);
