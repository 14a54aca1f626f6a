import type { MediaType } from '@pixsim7/contracts';
import type { CoreDependencies } from '../dependencies.ts';
import type { Instant } from '../model/index.ts';
import type { MediaFacts, ReceivedFile } from '../ports/index.ts';
import { keepBlob } from './keep-blob.ts';
import type { BeforeKeeping } from './keep-blob.ts';

/** A file that is in the store, and not yet an asset. */
export interface StoredFile {
  readonly file: ReceivedFile;
  readonly content: FileContent;
  readonly storedAt: Instant;
}

/** Facts about a file. */
export type FileContent =
  | { readonly kind: 'probed'; readonly facts: MediaFacts }
  /** Nobody could look into it; what it should be, and what its first bytes claim. */
  | { readonly kind: 'unprobed'; readonly mediaType: MediaType; readonly mimeType: string };

/** The bytes are a media file, but not of the kind that this place needs. */
export class WrongMediaTypeError extends Error {
  override readonly name = 'WrongMediaTypeError';
  readonly code = 'wrong_media_type';
}

export type StoreDependencies = Pick<CoreDependencies, 'blobs' | 'database' | 'logger' | 'media' | 'system'>;

/** A file that was received and looked at; discard it when it is not kept. */
export interface SeenFile {
  readonly file: ReceivedFile;
  readonly facts: MediaFacts;
}

/**
 * The way of a file that a person brings into the store: receive, look, keep. A file that cannot be read as media is not kept.
 *
 * @throws TooManyBytesError, UnreadableMediaError, and whatever the source throws
 */
export async function storeFile(
  dependencies: StoreDependencies,
  source: AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<StoredFile> {
  const seen = await receiveFile(dependencies, source, maxBytes);
  try {
    return await keepSeenFile(dependencies, seen);
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

/** Makes a file that was looked at part of the store. @throws StaleRowError */
export async function keepSeenFile(
  dependencies: StoreDependencies,
  { file, facts }: SeenFile,
): Promise<StoredFile> {
  return keepFile(dependencies, file, { kind: 'probed', facts });
}

export function wrongMediaType(facts: MediaFacts, needed: MediaType): WrongMediaTypeError {
  return new WrongMediaTypeError(`This is ${facts.mimeType}; ${needed} is required.`);
}

/** Makes the bytes part of the store. @throws StaleRowError */
export async function keepFile(
  dependencies: StoreDependencies,
  file: ReceivedFile,
  content: FileContent,
  beforeKeeping?: BeforeKeeping,
): Promise<StoredFile> {
  const { createdAt } = await keepBlob(dependencies, file, mimeTypeOf(content), beforeKeeping);
  return { file, content, storedAt: createdAt };
}

export function mimeTypeOf(content: FileContent): string {
  return content.kind === 'probed' ? content.facts.mimeType : content.mimeType;
}
