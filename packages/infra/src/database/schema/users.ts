import { sql } from 'drizzle-orm';
import { boolean, pgTable, text, unique, uniqueIndex } from 'drizzle-orm/pg-core';
import type { ApiKeyId, Scope, UserId, WorkspaceId } from '@pixsim7/contracts';
import { instant } from './columns.ts';

export const workspaces = pgTable('workspaces', {
  id: text('id').$type<WorkspaceId>().primaryKey(),
  name: text('name').notNull(),
  createdAt: instant('created_at').notNull(),
});

export const users = pgTable(
  'users',
  {
    id: text('id').$type<UserId>().primaryKey(),
    isOwner: boolean('is_owner').notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [
    // Two processes that start at once agree on one owner.
    uniqueIndex('users_one_owner')
      .on(table.isOwner)
      .where(sql`${table.isOwner}`),
  ],
);

export const apiKeys = pgTable(
  'api_keys',
  {
    id: text('id').$type<ApiKeyId>().primaryKey(),
    workspaceId: text('workspace_id')
      .$type<WorkspaceId>()
      .notNull()
      .references(() => workspaces.id),
    userId: text('user_id')
      .$type<UserId>()
      .notNull()
      .references(() => users.id),
    scopes: text('scopes').array().$type<readonly Scope[]>().notNull(),
    label: text('label').notNull(),
    hash: text('hash').notNull(),
    createdAt: instant('created_at').notNull(),
    expiresAt: instant('expires_at'),
  },
  (table) => [unique('api_keys_hash').on(table.hash)],
);
