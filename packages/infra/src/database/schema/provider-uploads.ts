import { sql } from 'drizzle-orm';
import { index, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import type { AccountId, AssetId } from '@pixsim7/contracts';
import type { ProviderUploadRow } from '@pixsim7/core';
import { accounts } from './accounts.ts';
import { assets } from './assets.ts';
import { instant } from './columns.ts';

export const providerUploads = pgTable(
  'provider_uploads',
  {
    accountId: text('account_id')
      .$type<AccountId>()
      .notNull()
      .references(() => accounts.id),
    assetId: text('asset_id')
      .$type<AssetId>()
      .notNull()
      .references(() => assets.id),
    role: text('role').notNull(),
    resolved: jsonb('resolved').$type<ProviderUploadRow['resolved']>().notNull(),
    uploadedAt: instant('uploaded_at').notNull(),
  },
  (table) => [
    primaryKey({ name: 'provider_uploads_pkey', columns: [table.accountId, table.assetId, table.role] }),
    index('provider_uploads_expiry')
      .on(sql`(${table.resolved} ->> 'expiresAt')`)
      .where(sql`${table.resolved} ->> 'expiresAt' is not null`),
  ],
);
