import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  jsonb,
  numeric,
  pgTable,
  primaryKey,
  text,
} from 'drizzle-orm/pg-core';
import { accountStatuses } from '@pixsim7/contracts';
import type { AccountId, WorkspaceId } from '@pixsim7/contracts';
import type { AccountBreaker, AccountCrowding, BalanceProblem } from '@pixsim7/core';
import { instant, oneOf } from './columns.ts';

/** Of an account that was there before there were breakers. */
const untouched: AccountBreaker = { failures: [], openings: 0, openUntil: null, trialId: null };

export const accounts = pgTable(
  'accounts',
  {
    id: text('id').$type<AccountId>().primaryKey(),
    workspaceId: text('workspace_id').$type<WorkspaceId>().notNull(),
    providerId: text('provider_id').notNull(),
    label: text('label').notNull(),
    sealedCredentials: text('sealed_credentials').notNull(),
    baseUrl: text('base_url'),
    maxConcurrent: integer('max_concurrent').notNull(),
    priority: integer('priority').notNull(),
    enabled: boolean('enabled').notNull(),
    status: text('status', { enum: accountStatuses }).notNull(),
    reason: text('reason'),
    cooldownUntil: instant('cooldown_until'),
    crowding: jsonb('crowding').$type<AccountCrowding>(),
    breaker: jsonb('breaker').$type<AccountBreaker>().notNull().default(untouched),
    balanceDueAt: instant('balance_due_at'),
    balanceProblem: jsonb('balance_problem').$type<BalanceProblem>(),
    sandbox: boolean('sandbox').notNull(),
    // The default gives accounts that were there before webhooks a token each; it is made where they are made.
    webhookToken: text('webhook_token')
      .notNull()
      .default(sql`replace(gen_random_uuid()::text, '-', '')`),
    webhookSeenAt: instant('webhook_seen_at'),
    lastUsedAt: instant('last_used_at'),
    version: integer('version').notNull(),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
    deletedAt: instant('deleted_at'),
  },
  (table) => [
    oneOf('accounts_status_known', table.status, accountStatuses),
    check('accounts_max_concurrent_positive', sql`${table.maxConcurrent} > 0`),
  ],
);

export const providerDeliveries = pgTable(
  'provider_deliveries',
  {
    accountId: text('account_id')
      .$type<AccountId>()
      .notNull()
      .references(() => accounts.id),
    deliveryId: text('delivery_id').notNull(),
    receivedAt: instant('received_at').notNull(),
  },
  (table) => [
    primaryKey({ name: 'provider_deliveries_pkey', columns: [table.accountId, table.deliveryId] }),
    index('provider_deliveries_received').on(table.receivedAt),
  ],
);

export const balanceReadings = pgTable(
  'balance_readings',
  {
    /** Order of writing; decides between readings of the same moment. */
    position: bigint('position', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    accountId: text('account_id')
      .$type<AccountId>()
      .notNull()
      .references(() => accounts.id),
    amount: numeric('amount', { mode: 'number' }).notNull(),
    unit: text('unit').notNull(),
    pools: jsonb('pools').$type<Readonly<Record<string, number>>>().notNull(),
    observedAt: instant('observed_at').notNull(),
    drift: numeric('drift', { mode: 'number' }),
    driftSince: instant('drift_since'),
  },
  (table) => [
    index('balance_readings_latest').on(
      table.accountId,
      table.observedAt.desc().nullsFirst(),
      table.position.desc().nullsFirst(),
    ),
  ],
);
