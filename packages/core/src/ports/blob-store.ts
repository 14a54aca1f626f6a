/** A file that was received completely and is not yet part of the store. */
export interface ReceivedFile {
  /** Path on the local disk, for programs that probe it. */
  readonly path: string;
  /** SHA-256, hexadecimal. */
  readonly hash: string;
  readonly bytes: number;
}

/** The bytes of a blob as a file of the local disk, not to be changed. */
export interface LocalFile {
  readonly path: string;
  /** The file may be gone afterwards. */
  release(): Promise<void>;
}

/** First and last byte, both included, as in an HTTP Range header. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** More bytes arrived than are allowed. */
export class TooManyBytesError extends Error {
  override readonly name = 'TooManyBytesError';
  readonly code = 'too_many_bytes';
  readonly limit: number;

  constructor(limit: number) {
    super(`More than ${limit} bytes.`);
    this.limit = limit;
  }
}

/** The store cannot write now: it is full, read-only or broken. The same call may succeed later. */
export class StoreUnwritableError extends Error {
  override readonly name = 'StoreUnwritableError';
  readonly code = 'store_unwritable';
}

/**
 * Content-addressed bytes. Writing is receive, look, keep: a reader never sees half a file, and keeping the same bytes
 * twice is one file.
 */
export interface BlobStore {
  /**
   * Streams into a temporary file, counts and hashes it, and makes it durable.
   *
   * @throws TooManyBytesError, StoreUnwritableError, and what the source throws
   */
  receive(source: AsyncIterable<Uint8Array>, limits: { maxBytes: number }): Promise<ReceivedFile>;
  /** Makes a received file part of the store under its hash. @throws StoreUnwritableError */
  keep(file: ReceivedFile, mimeType: string): Promise<void>;
  /** Removes a received file that is not wanted; harmless after `keep`. */
  discard(file: ReceivedFile): Promise<void>;
  /** null when there is no such blob. */
  stat(hash: string): Promise<{ bytes: number } | null>;
  /** @throws when there is no such blob */
  read(hash: string, range?: ByteRange): Promise<ReadableStream<Uint8Array>>;
  /** The whole blob for an upload; streamed from the store when it is read. */
  open(hash: string): Promise<Blob>;
  /** For programs that read a file themselves. @throws when there is no such blob, and StoreUnwritableError */
  localFile(hash: string): Promise<LocalFile>;
  remove(hash: string): Promise<void>;
  /** Removes temporary files that a crash left behind. */
  sweep(): Promise<void>;
  /** @throws when the store cannot be written */
  ping(): Promise<void>;
}
