import type {
  AssetId,
  AssetOrigin,
  AssetState,
  JobId,
  LineageRelation,
  MediaType,
  UserId,
  WorkspaceId,
} from '@pixsim7/contracts';
import type { Instant } from './instant.ts';

/**
 * Traits that make a picture unfit to send as it is, although providers take its type.
 *
 * - `cmyk`: colours of a printing press
 * - `sixteen_bit`: more than 8 bits a channel
 * - `turned`: its metadata says how to turn it before it is shown
 */
export const imageTraits = ['cmyk', 'sixteen_bit', 'turned'] as const;
export type ImageTrait = (typeof imageTraits)[number];

/** A media file that we hold. */
export interface AssetRow {
  readonly id: AssetId;
  readonly workspaceId: WorkspaceId;
  readonly ownerId: UserId;
  readonly origin: AssetOrigin;
  readonly mediaType: MediaType;
  readonly state: AssetState;
  readonly name: string | null;
  /** SHA-256 of the bytes, hexadecimal; the key of the blob. */
  readonly blobHash: string;
  readonly bytes: number;
  readonly mimeType: string;
  readonly width: number | null;
  readonly height: number | null;
  readonly durationS: number | null;
  readonly fps: number | null;
  readonly codec: string | null;
  /** An image file with more than one picture that plays. */
  readonly animated: boolean;
  readonly imageTraits: readonly ImageTrait[];
  readonly posterHash: string | null;
  readonly posterMimeType: string | null;
  /** When the poster is to be made; whoever makes it moves this on, so it is a lease too. null: nobody will. */
  readonly posterDueAt: Instant | null;
  /** Looks for a poster that did not end well, the running one included. */
  readonly posterLooks: number;
  /** Job and index of the output; unique, so an output becomes an asset once. */
  readonly jobId: JobId | null;
  readonly outputIndex: number | null;
  /** The job and account that made it, so the provider's own id can be named instead of an upload. */
  readonly madeBy: {
    readonly providerId: string;
    readonly accountId: string;
    readonly providerJobId: string;
  } | null;
  readonly originalUrl: string | null;
  readonly lateResult: boolean;
  readonly createdAt: Instant;
  readonly deletedAt: Instant | null;
}

/** Bytes in the store, addressed by their hash; shared by every asset with the same content. */
export interface BlobRow {
  readonly hash: string;
  readonly bytes: number;
  readonly mimeType: string;
  readonly createdAt: Instant;
}

/** The child was made from the parent. */
export interface LineageEdgeRow {
  readonly childId: AssetId;
  readonly parentId: AssetId;
  readonly relation: LineageRelation;
  readonly position: number;
  /** Position in the parent where the child begins, in seconds. */
  readonly atS: number | null;
}
