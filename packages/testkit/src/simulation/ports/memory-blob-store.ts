import { createHash } from 'node:crypto';
import { TooManyBytesError } from '@pixsim7/core';
import type { BlobStore, ByteRange, LocalFile, ReceivedFile } from '@pixsim7/core';

/** The kept blobs, by hash. They outlive a process. */
export type KeptBlobs = Map<string, Uint8Array<ArrayBuffer>>;

const keptFolder = '/kept/';

/** The blob store in memory. Stores over the same kept blobs are several processes; received files are each one's own. */
export class MemoryBlobStore implements BlobStore {
  readonly #kept: KeptBlobs;
  readonly #write: () => void;
  readonly #received = new Map<string, Uint8Array<ArrayBuffer>>();
  #numberOfFiles = 0;

  /** @param write called before anything is written; throws when there is no room */
  constructor(kept: KeptBlobs = new Map(), write: () => void = () => undefined) {
    this.#kept = kept;
    this.#write = write;
  }

  /** The bytes behind the path of a received or kept file, for a media reader. */
  fileAt(path: string): Uint8Array | null {
    return this.#received.get(path) ?? this.#kept.get(path.slice(keptFolder.length)) ?? null;
  }

  async receive(source: AsyncIterable<Uint8Array>, limits: { maxBytes: number }): Promise<ReceivedFile> {
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of source) {
      this.#write();
      size += chunk.byteLength;
      if (size > limits.maxBytes) {
        throw new TooManyBytesError(limits.maxBytes);
      }
      chunks.push(chunk);
    }
    const bytes = Uint8Array.from(Buffer.concat(chunks));
    const hash = createHash('sha256').update(bytes).digest('hex');
    this.#numberOfFiles += 1;
    const path = `/received/${this.#numberOfFiles}`;
    this.#received.set(path, bytes);
    return { path, hash, bytes: bytes.byteLength };
  }

  async keep(file: ReceivedFile, _mimeType: string): Promise<void> {
    const bytes = this.#received.get(file.path);
    if (bytes === undefined) {
      throw new Error(`There is no received file ${file.path}.`);
    }
    this.#write();
    this.#kept.set(file.hash, bytes);
    this.#received.delete(file.path);
  }

  async discard(file: ReceivedFile): Promise<void> {
    this.#received.delete(file.path);
  }

  async stat(hash: string): Promise<{ bytes: number } | null> {
    const bytes = this.#kept.get(hash);
    return bytes === undefined ? null : { bytes: bytes.byteLength };
  }

  async read(hash: string, range?: ByteRange): Promise<ReadableStream<Uint8Array>> {
    const bytes = this.#get(hash);
    return new Blob([range === undefined ? bytes : bytes.slice(range.start, range.end + 1)]).stream();
  }

  async open(hash: string): Promise<Blob> {
    return new Blob([this.#get(hash)]);
  }

  async localFile(hash: string): Promise<LocalFile> {
    this.#get(hash);
    return { path: `${keptFolder}${hash}`, release: () => Promise.resolve() };
  }

  async remove(hash: string): Promise<void> {
    this.#kept.delete(hash);
  }

  async sweep(): Promise<void> {
    this.#received.clear();
  }

  async ping(): Promise<void> {
    await Promise.resolve();
  }

  #get(hash: string): Uint8Array<ArrayBuffer> {
    const bytes = this.#kept.get(hash);
    if (bytes === undefined) {
      throw new Error(`There is no blob ${hash}.`);
    }
    return bytes;
  }
}
