import type { AssetId, AssetOrigin, JobId, MediaType, UserId } from '@pixsim7/contracts';
import type { AssetRow, BlobRow, Instant } from '../model/index.ts';
import type { MediaFacts, ReceivedFile } from '../ports/index.ts';
import type { CoreDependencies } from './dependencies.ts';
import { keepBlob } from './keep-blob.ts';

/** A file that is in the store, looked at, and not yet an asset. */
export interface StoredFile {
  readonly file: ReceivedFile;
  readonly facts: MediaFacts;
  readonly poster: BlobRow | null;
  readonly storedAt: Instant;
}

/** The bytes are a media file, but not of the kind that this place needs. */
export class WrongMediaTypeError extends Error {
  override readonly name = 'WrongMediaTypeError';
  readonly code = 'wrong_media_type';
}

type StoreDependencies = Pick<CoreDependencies, 'blobs' | 'database' | 'logger' | 'media' | 'system'>;

/** A file that was received and looked at; discard it when it is not kept. */
export interface SeenFile {
  readonly file: ReceivedFile;
  readonly facts: MediaFacts;
}

/**
 * The way of every byte into the store: receive, look, keep. A file that cannot be read as media is not kept.
 *
 * @throws TooManyBytesError, UnreadableMediaError, WrongMediaTypeError, and whatever the source throws
 */
export async function storeFile(
  dependencies: StoreDependencies,
  source: AsyncIterable<Uint8Array>,
  limits: { readonly maxBytes: number; readonly mediaType?: MediaType },
): Promise<StoredFile> {
  const seen = await receiveFile(dependencies, source, limits.maxBytes);
  try {
    const { facts } = seen;
    if (limits.mediaType !== undefined && facts.mediaType !== limits.mediaType) {
      throw new WrongMediaTypeError(`This is ${facts.mimeType}; ${limits.mediaType} is needed.`);
    }
    return await keepFile(dependencies, seen);
  } finally {
    await dependencies.blobs.discard(seen.file);
  }
}

/** Receives a file and looks at it. @throws TooManyBytesError, UnreadableMediaError, and whatever the source throws */
export async function receiveFile(
  { blobs, media }: StoreDependencies,
  source: AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<SeenFile> {
  const file = await blobs.receive(source, { maxBytes });
  try {
    return { file, facts: await media.probe(file.path) };
  } catch (error) {
    await blobs.discard(file);
    throw error;
  }
}

/** Makes a file that was looked at part of the store, with a poster. */
export async function keepFile(dependencies: StoreDependencies, seen: SeenFile): Promise<StoredFile> {
  const { file, facts } = seen;
  const poster = await keepPoster(dependencies, file, facts);
  const { createdAt: storedAt } = await keepBlob(dependencies, file, facts.mimeType);
  return { file, facts, poster, storedAt };
}

async function keepPoster(
  dependencies: StoreDependencies,
  file: ReceivedFile,
  facts: MediaFacts,
): Promise<BlobRow | null> {
  const { blobs, media, logger } = dependencies;
  const poster = await media.poster(file.path, facts).catch((error: unknown) => {
    // A missing poster is a missing picture, not a missing video.
    logger.warn({ hash: file.hash, error }, 'poster not made');
    return null;
  });
  if (poster === null) return null;
  const received = await blobs.receive(
    (async function* () {
      yield poster.bytes;
    })(),
    { maxBytes: poster.bytes.byteLength },
  );
  try {
    return await keepBlob(dependencies, received, poster.mimeType);
  } finally {
    await blobs.discard(received);
  }
}

/** Where an asset comes from. */
export interface AssetOriginFacts {
  readonly id: AssetId;
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

/** The rows of an asset: itself, and the blobs that it uses. */
export function assetRows(
  stored: StoredFile,
  origin: AssetOriginFacts,
): { asset: AssetRow; blobs: BlobRow[] } {
  const { file, facts, poster, storedAt } = stored;
  const blob: BlobRow = { hash: file.hash, bytes: file.bytes, mimeType: facts.mimeType, createdAt: storedAt };
  return {
    asset: {
      id: origin.id,
      ownerId: origin.ownerId,
      origin: origin.origin,
      mediaType: facts.mediaType,
      state: 'stored',
      name: origin.name,
      blobHash: file.hash,
      bytes: file.bytes,
      mimeType: facts.mimeType,
      width: facts.width,
      height: facts.height,
      durationS: facts.durationS,
      fps: facts.fps,
      codec: facts.codec,
      animated: facts.animated,
      imageTraits: facts.imageTraits,
      posterHash: poster?.hash ?? null,
      posterMimeType: poster?.mimeType ?? null,
      jobId: origin.output?.jobId ?? null,
      outputIndex: origin.output?.index ?? null,
      madeBy: origin.output?.madeBy ?? null,
      originalUrl: origin.originalUrl,
      lateResult: origin.output?.late ?? false,
      createdAt: storedAt,
      deletedAt: null,
    },
    blobs: poster === null ? [blob] : [blob, poster],
  };
}
