import type { AssetId, AssetOrigin, JobId, MediaType, WorkspaceId } from '@pixsim7/contracts';
import type { AssetRow, BlobRow, Instant } from '../../model/index.ts';
import type { Page } from './rows.ts';

export interface AssetFilter {
  readonly workspaceId: WorkspaceId;
  readonly mediaType?: MediaType;
  readonly origin?: AssetOrigin;
  readonly jobId?: JobId;
  /** Case-insensitive substring of the name, or of the prompt that made it. */
  readonly search?: string;
  readonly createdAfter?: Instant;
  readonly createdBefore?: Instant;
}

/** The changes that a look for a poster makes. */
export type PosterChanges = Pick<AssetRow, 'posterDueAt'> &
  Partial<Pick<AssetRow, 'posterLooks' | 'posterHash' | 'posterMimeType'>>;

export interface AssetRepository {
  /**
   * Inserts the blob rows too when they are new.
   *
   * @throws UniqueViolationError `assets_job_output`; StaleRowError while somebody removes one of the blobs
   */
  insert(asset: AssetRow, blobs: readonly BlobRow[]): Promise<void>;
  /** Deleted assets included. */
  get(id: AssetId): Promise<AssetRow | null>;
  getMany(ids: readonly AssetId[]): Promise<AssetRow[]>;
  byJobs(ids: readonly JobId[]): Promise<AssetRow[]>;
  /** Without the deleted ones. */
  list(filter: AssetFilter, page: Page): Promise<AssetRow[]>;
  /** As for jobs. */
  enterOlder(limit: number): Promise<number>;
  /** Assets whose poster is due, the longest due first. */
  duePosters(now: Instant, limit: number): Promise<AssetId[]>;
  /**
   * Inserts the row of the poster's blob too, as `insert` does.
   *
   * @returns the asset as it is then
   * @throws StaleRowError when it was deleted, or its poster has another due time than in this row
   */
  updatePoster(asset: AssetRow, changes: PosterChanges, blob?: BlobRow): Promise<AssetRow>;
  /** Turns the asset into a tombstone, whose poster is not due; false when it is one already. */
  markDeleted(id: AssetId, now: Instant): Promise<boolean>;
  /**
   * Says that bytes are about to be kept, or to be used again; their removal counts from `blob.createdAt` again. False while
   * somebody removes them: keep them only after it is true.
   */
  reserveBlob(blob: BlobRow): Promise<boolean>;
  /**
   * Blobs reserved before a moment that no living asset uses, those of a removal that broke off included. Looks at those that
   * may be unused: the new ones, and those of a deleted asset.
   */
  unreferencedBlobs(reservedBefore: Instant, limit: number): Promise<BlobRow[]>;
  /** Strikes blobs that are in use from those that may be unused, oldest first; returns how many. */
  unmarkUsedBlobs(reservedBefore: Instant, limit: number): Promise<number>;
  /**
   * Takes a blob that is still unused and not reserved since, so nobody reserves it until `endBlobRemoval`. False when
   * it is in use again, or another removal of it began after `abandonedBefore`.
   */
  beginBlobRemoval(
    hash: string,
    times: { readonly reservedBefore: Instant; readonly abandonedBefore: Instant; readonly now: Instant },
  ): Promise<boolean>;
  /** Forgets a blob whose bytes are gone. @param since the `now` with which this removal began */
  endBlobRemoval(hash: string, since: Instant): Promise<void>;
}
