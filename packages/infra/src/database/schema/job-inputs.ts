import { doublePrecision, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { inputRoles } from '@pixsim7/contracts';
import type { AssetId, JobId } from '@pixsim7/contracts';
import { assets } from './assets.ts';
import { oneOf } from './columns.ts';
import { jobs } from './jobs.ts';

export const jobInputs = pgTable(
  'job_inputs',
  {
    jobId: text('job_id')
      .$type<JobId>()
      .notNull()
      .references(() => jobs.id),
    position: integer('position').notNull(),
    role: text('role', { enum: inputRoles }).notNull(),
    slot: text('slot').notNull(),
    assetId: text('asset_id')
      .$type<AssetId>()
      .notNull()
      .references(() => assets.id),
    referenceName: text('reference_name'),
    segmentPrompt: text('segment_prompt'),
    segmentDurationS: doublePrecision('segment_duration_s'),
  },
  (table) => [
    primaryKey({ name: 'job_inputs_pkey', columns: [table.jobId, table.position] }),
    oneOf('job_inputs_role_known', table.role, inputRoles),
  ],
);
