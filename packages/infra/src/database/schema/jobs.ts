import { sql } from 'drizzle-orm';
import { check, index, integer, jsonb, numeric, pgTable, text, unique } from 'drizzle-orm/pg-core';
import type { AnyPgColumn } from 'drizzle-orm/pg-core';
import { jobStages, jobStatuses, operationTypes, waitReasons } from '@pixsim7/contracts';
import type {
  AccountId,
  JobError,
  JobId,
  JobParameters,
  UserId,
  Warning,
  WorkspaceId,
} from '@pixsim7/contracts';
import type { JobAttention, JobRoute } from '@pixsim7/core';
import { accounts } from './accounts.ts';
import { instant, oneOf } from './columns.ts';

export const jobs = pgTable(
  'jobs',
  {
    id: text('id').$type<JobId>().primaryKey(),
    workspaceId: text('workspace_id').$type<WorkspaceId>().notNull(),
    // No foreign key: who an owner is was decided by the API key of the request, and need not be a row of ours.
    ownerId: text('owner_id').$type<UserId>().notNull(),
    operationType: text('operation_type', { enum: operationTypes }).notNull(),
    providerId: text('provider_id').notNull(),
    model: text('model').notNull(),
    route: jsonb('route').$type<JobRoute>(),
    lanes: text('lanes').array().$type<readonly string[]>().notNull(),
    params: jsonb('params').$type<JobParameters>().notNull(),
    name: text('name'),
    metadata: jsonb('metadata').$type<Readonly<Record<string, string>>>().notNull(),
    status: text('status', { enum: jobStatuses }).notNull(),
    stage: text('stage', { enum: jobStages }).notNull(),
    waitReason: text('wait_reason', { enum: waitReasons }),
    waitDetail: text('wait_detail'),
    waitUntil: instant('wait_until'),
    attention: jsonb('attention').$type<JobAttention>(),
    priority: integer('priority').notNull(),
    notBefore: instant('not_before'),
    pinnedAccountId: text('pinned_account_id')
      .$type<AccountId>()
      .references(() => accounts.id),
    retryOf: text('retry_of')
      .$type<JobId>()
      .references((): AnyPgColumn => jobs.id),
    idempotencyKey: text('idempotency_key'),
    requestFingerprint: text('request_fingerprint'),
    maxCredits: numeric('max_credits', { mode: 'number' }),
    maxCostUsd: numeric('max_cost_usd', { mode: 'number' }),
    quotedCredits: numeric('quoted_credits', { mode: 'number' }),
    creditUnit: text('credit_unit').notNull(),
    warnings: jsonb('warnings').$type<readonly Warning[]>().notNull(),
    durationKey: text('duration_key').notNull(),
    error: jsonb('error').$type<JobError>(),
    dueAt: instant('due_at'),
    version: integer('version').notNull(),
    createdAt: instant('created_at').notNull(),
    startedAt: instant('started_at'),
    completedAt: instant('completed_at'),
  },
  (table) => [
    unique('jobs_workspace_idempotency_key').on(table.workspaceId, table.idempotencyKey),
    oneOf('jobs_operation_type_known', table.operationType, operationTypes),
    oneOf('jobs_status_known', table.status, jobStatuses),
    oneOf('jobs_stage_known', table.stage, jobStages),
    oneOf('jobs_wait_reason_known', table.waitReason, waitReasons),
    check(
      'jobs_wait_reason_while_pending',
      sql`(${table.status} = 'pending') = (${table.waitReason} is not null)`,
    ),
    check('jobs_due_while_pending', sql`${table.dueAt} is null or ${table.status} = 'pending'`),
    // In no lane nobody would ever look at it.
    check('jobs_lane_while_pending', sql`${table.status} <> 'pending' or cardinality(${table.lanes}) > 0`),
    index('jobs_listed').on(
      table.workspaceId,
      table.createdAt.desc().nullsFirst(),
      table.id.desc().nullsFirst(),
    ),
    // One for each filter of the list that can leave few of many jobs. Without, an answer of no rows read all of them.
    index('jobs_listed_status').on(
      table.workspaceId,
      table.status,
      table.createdAt.desc().nullsFirst(),
      table.id.desc().nullsFirst(),
    ),
    index('jobs_listed_operation').on(
      table.workspaceId,
      table.operationType,
      table.createdAt.desc().nullsFirst(),
      table.id.desc().nullsFirst(),
    ),
    index('jobs_listed_provider').on(
      table.workspaceId,
      table.providerId,
      table.createdAt.desc().nullsFirst(),
      table.id.desc().nullsFirst(),
    ),
    index('jobs_listed_model').on(
      table.workspaceId,
      table.model,
      table.createdAt.desc().nullsFirst(),
      table.id.desc().nullsFirst(),
    ),
    index('jobs_listed_routed')
      .on(table.workspaceId, table.createdAt.desc().nullsFirst(), table.id.desc().nullsFirst())
      .where(sql`${table.route} is not null`),
    // Every stage but the last one is a stage of a job that still waits or runs, of which there are few.
    index('jobs_listed_unfinished')
      .on(table.workspaceId, table.createdAt.desc().nullsFirst(), table.id.desc().nullsFirst())
      .where(sql`${table.stage} <> 'finished'`),
    // The different sets of lanes are walked in it: there are a few, however many jobs wait.
    index('jobs_dispatchable')
      .on(table.lanes, table.dueAt)
      .where(sql`${table.status} = 'pending'`),
    index('jobs_due')
      .on(table.dueAt)
      .where(sql`${table.status} = 'pending'`),
    // The line of each owner in the order of dispatch, for the places in it.
    index('jobs_line')
      .on(table.ownerId, table.priority.desc().nullsFirst(), table.createdAt, table.id)
      .where(sql`${table.status} = 'pending'`),
    index('jobs_running')
      .on(table.providerId, table.ownerId)
      .where(sql`${table.status} = 'processing'`),
    index('jobs_needing_attention')
      .on(table.workspaceId, table.createdAt)
      .where(sql`${table.stage} = 'needs_attention'`),
    // Counted up to a bound, for `/metrics`.
    index('jobs_ended')
      .on(table.status)
      .where(sql`${table.status} in ('completed', 'failed', 'cancelled')`),
    index('jobs_retries')
      .on(table.retryOf)
      .where(sql`${table.retryOf} is not null`),
    // Only what there is something to forget of.
    index('jobs_with_reasons')
      .on(table.completedAt)
      .where(sql`jsonb_path_exists(${table.route}, '$.candidates[*].reason ? (@ != "")')`),
  ],
);
