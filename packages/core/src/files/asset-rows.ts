import type { AssetId, AssetOrigin, JobId, UserId, WorkspaceId } from '@pixsim7/contracts';
import type { AssetRow, BlobRow } from '../model/index.ts';
import type { MediaReader } from '../ports/index.ts';
import { mimeTypeOf } from './store-file.ts';
import type { FileContent, StoredFile } from './store-file.ts';

/** The origin of an asset. */
export interface AssetOriginFacts {
  readonly id: AssetId;
  readonly workspaceId: WorkspaceId;
  readonly ownerId: UserId;
  readonly origin: AssetOrigin;
  readonly name: string | null;
  readonly originalUrl: string | null;
  readonly output?: {
    readonly jobId: JobId;
    readonly index: number;
    readonly madeBy: AssetRow['madeBy'];
    readonly late: boolean;
  };
}

/** The rows of an asset: itself, whose poster is due if it may have one, and the blob that it uses. */
export function assetRows(
  stored: StoredFile,
  origin: AssetOriginFacts,
  media: Pick<MediaReader, 'mayHavePoster'>,
): { asset: AssetRow; blobs: readonly [BlobRow] } {
  const { file, content, storedAt } = stored;
  const mimeType = mimeTypeOf(content);
  const blob: BlobRow = { hash: file.hash, bytes: file.bytes, mimeType, createdAt: storedAt };
  return {
    asset: {
      id: origin.id,
      workspaceId: origin.workspaceId,
      ownerId: origin.ownerId,
      origin: origin.origin,
      name: origin.name,
      blobHash: file.hash,
      bytes: file.bytes,
      mimeType,
      ...contentFields(content),
      posterHash: null,
      posterMimeType: null,
      posterDueAt: content.kind === 'probed' && media.mayHavePoster(content.facts) ? storedAt : null,
      posterLooks: 0,
      jobId: origin.output?.jobId ?? null,
      outputIndex: origin.output?.index ?? null,
      madeBy: origin.output?.madeBy ?? null,
      originalUrl: origin.originalUrl,
      lateResult: origin.output?.late ?? false,
      createdAt: storedAt,
      deletedAt: null,
    },
    blobs: [blob],
  };
}

function contentFields(
  content: FileContent,
): Pick<
  AssetRow,
  'state' | 'mediaType' | 'width' | 'height' | 'durationS' | 'fps' | 'codec' | 'animated' | 'imageTraits'
> {
  if (content.kind === 'unprobed') {
    const unknown = {
      width: null,
      height: null,
      durationS: null,
      fps: null,
      codec: null,
      animated: false,
      imageTraits: [],
    };
    return { state: 'unprobed', mediaType: content.mediaType, ...unknown };
  }
  const { mediaType, width, height, durationS, fps, codec, animated, imageTraits } = content.facts;
  return { state: 'stored', mediaType, width, height, durationS, fps, codec, animated, imageTraits };
}
