import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  check,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  unique,
} from 'drizzle-orm/pg-core';
import { assetOrigins, assetStates, lineageRelations, mediaTypes } from '@pixsim7/contracts';
import type { AssetId, JobId, UserId, WorkspaceId } from '@pixsim7/contracts';
import type { AssetRow, ImageTrait } from '@pixsim7/core';
import { instant, oneOf } from './columns.ts';
import { jobs } from './jobs.ts';

export const assets = pgTable(
  'assets',
  {
    id: text('id').$type<AssetId>().primaryKey(),
    workspaceId: text('workspace_id').$type<WorkspaceId>().notNull(),
    ownerId: text('owner_id').$type<UserId>().notNull(),
    origin: text('origin', { enum: assetOrigins }).notNull(),
    mediaType: text('media_type', { enum: mediaTypes }).notNull(),
    state: text('state', { enum: assetStates }).notNull(),
    name: text('name'),
    // No foreign key: the tombstone of a deleted asset outlives its bytes.
    blobHash: text('blob_hash').notNull(),
    bytes: bigint('bytes', { mode: 'number' }).notNull(),
    mimeType: text('mime_type').notNull(),
    width: integer('width'),
    height: integer('height'),
    durationS: doublePrecision('duration_s'),
    fps: doublePrecision('fps'),
    codec: text('codec'),
    animated: boolean('animated').notNull().default(false),
    imageTraits: text('image_traits').array().$type<readonly ImageTrait[]>().notNull().default([]),
    posterHash: text('poster_hash'),
    posterMimeType: text('poster_mime_type'),
    posterDueAt: instant('poster_due_at'),
    posterLooks: integer('poster_looks').notNull().default(0),
    jobId: text('job_id')
      .$type<JobId>()
      .references(() => jobs.id),
    outputIndex: integer('output_index'),
    madeBy: jsonb('made_by').$type<NonNullable<AssetRow['madeBy']>>(),
    originalUrl: text('original_url'),
    lateResult: boolean('late_result').notNull(),
    createdAt: instant('created_at').notNull(),
    deletedAt: instant('deleted_at'),
  },
  (table) => [
    unique('assets_job_output').on(table.jobId, table.outputIndex),
    oneOf('assets_origin_known', table.origin, assetOrigins),
    oneOf('assets_media_type_known', table.mediaType, mediaTypes),
    oneOf('assets_state_known', table.state, assetStates),
    check('assets_output_of_job', sql`(${table.jobId} is null) = (${table.outputIndex} is null)`),
    check(
      'assets_deleted_at_when_deleted',
      sql`(${table.state} = 'deleted') = (${table.deletedAt} is not null)`,
    ),
    index('assets_listed')
      .on(table.workspaceId, table.createdAt.desc().nullsFirst(), table.id.desc().nullsFirst())
      .where(sql`${table.deletedAt} is null`),
    index('assets_listed_media')
      .on(
        table.workspaceId,
        table.mediaType,
        table.createdAt.desc().nullsFirst(),
        table.id.desc().nullsFirst(),
      )
      .where(sql`${table.deletedAt} is null`),
    index('assets_listed_origin')
      .on(table.workspaceId, table.origin, table.createdAt.desc().nullsFirst(), table.id.desc().nullsFirst())
      .where(sql`${table.deletedAt} is null`),
    index('assets_blob')
      .on(table.blobHash)
      .where(sql`${table.deletedAt} is null`),
    index('assets_poster')
      .on(table.posterHash)
      .where(sql`${table.deletedAt} is null`),
    index('assets_poster_due')
      .on(table.posterDueAt)
      .where(sql`${table.posterDueAt} is not null`),
  ],
);

export const blobs = pgTable(
  'blobs',
  {
    hash: text('hash').primaryKey(),
    bytes: bigint('bytes', { mode: 'number' }).notNull(),
    mimeType: text('mime_type').notNull(),
    createdAt: instant('created_at').notNull(),
    /** When somebody last said that the bytes are needed. Rows from before this column count from its making. */
    reservedAt: instant('reserved_at')
      .notNull()
      .default(sql`now()`),
    /** While somebody removes the bytes. */
    removingSince: instant('removing_since'),
    /**
     * False only while a living asset has the bytes: the sweep looks at the others alone. True says nothing, so a row that
     * somebody forgot to mark costs a look and never a file.
     */
    maybeUnused: boolean('maybe_unused').notNull().default(true),
  },
  (table) => [
    index('blobs_maybe_unused')
      .on(table.reservedAt, table.hash)
      .where(sql`${table.maybeUnused}`),
  ],
);

export const lineageEdges = pgTable(
  'lineage_edges',
  {
    childId: text('child_id')
      .$type<AssetId>()
      .notNull()
      .references(() => assets.id),
    parentId: text('parent_id')
      .$type<AssetId>()
      .notNull()
      .references(() => assets.id),
    relation: text('relation', { enum: lineageRelations }).notNull(),
    position: integer('position').notNull(),
    atS: doublePrecision('at_s'),
  },
  (table) => [
    primaryKey({
      name: 'lineage_edges_pkey',
      columns: [table.childId, table.parentId, table.relation, table.position],
    }),
    oneOf('lineage_edges_relation_known', table.relation, lineageRelations),
    check('lineage_edges_not_itself', sql`${table.childId} <> ${table.parentId}`),
    index('lineage_edges_parent').on(table.parentId),
  ],
);
