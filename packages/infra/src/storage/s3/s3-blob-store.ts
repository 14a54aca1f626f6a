import { openAsBlob } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { BlobStore, ByteRange, Logger, ReceivedFile } from '@pixsim7/core';
import { createProviderFetch } from '../../http/provider-fetch.ts';
import type { ProviderFetchTimeouts } from '../../http/provider-fetch.ts';
import { blobKey } from '../blob-path.ts';
import { blobNotFound, BlobStoreError } from '../blob-store-error.ts';
import { openSpool } from '../spool.ts';
import { createRetry } from './retry.ts';
import { missingRange, openS3Bucket } from './s3-bucket.ts';
import type { StoredBytes } from './s3-bucket.ts';
import { parseStorageUrl } from './storage-url.ts';
import { uploadFile } from './upload-file.ts';

export interface S3BlobStoreOptions {
  /** `s3://ACCESS_KEY:SECRET@host[:port]/bucket[/prefix]?region=...&tls=off`, see `parseStorageUrl`. */
  readonly url: string;
  /** On the local disk: `received` holds files until they are uploaded, `copies` those opened for reading. */
  readonly spoolDirectory: string;
  readonly logger?: Logger;
  readonly now?: () => number;
  /** Age at which a received file is taken for a leftover; longer than any transfer may last. */
  readonly leftoverAfterMs?: number;
  /** The time for which the Blob of `open` can be read; it is on the local disk for that long. */
  readonly copyLifetimeMs?: number;
  readonly timeouts?: ProviderFetchTimeouts;
  /** Waits before the second and each further try of a call that may be made twice. */
  readonly retryWaitsMs?: readonly number[];
  readonly wait?: (milliseconds: number) => Promise<void>;
  /** From 0 to 1. */
  readonly random?: () => number;
  /** Instead of connections with the timeouts above. */
  readonly fetch?: typeof globalThis.fetch;
}

export interface S3BlobStore extends BlobStore {
  /** Waits for running calls and closes the connections. */
  close(): Promise<void>;
}

// An answer follows the last byte of a body of up to 16 MiB: the time covers slow lines from about 140 KB/s.
const defaultTimeouts: ProviderFetchTimeouts = { connectMs: 10_000, headersMs: 120_000, bodyMs: 60_000 };
const defaultRetryWaitsMs = [200, 800, 3_200];
const oneHourMs = 60 * 60 * 1000;

/**
 * Opens the blob store of a cluster, `<prefix>blobs/ab/cd/<hash>` in a bucket of an S3-compatible store. The bucket has
 * to exist; nothing is sent before the first call. A process that is killed during an upload of more than 16 MiB
 * leaves an incomplete upload in the bucket: give the bucket a lifecycle rule that aborts those after a day.
 *
 * @throws BlobStoreError `invalid_storage_url`
 */
export async function openS3BlobStore(options: S3BlobStoreOptions): Promise<S3BlobStore> {
  const { spoolDirectory, logger, now = Date.now, copyLifetimeMs = oneHourMs } = options;
  const settings = parseStorageUrl(options.url);
  const received = await openSpool({ ...options, directory: join(spoolDirectory, 'received') });
  const copies = await openSpool({
    directory: join(spoolDirectory, 'copies'),
    now,
    leftoverAfterMs: copyLifetimeMs,
  });
  const connections = createProviderFetch(options.timeouts ?? defaultTimeouts);
  const retry = createRetry({
    waitsMs: options.retryWaitsMs ?? defaultRetryWaitsMs,
    wait: options.wait ?? wait,
    random: options.random ?? Math.random,
    logger,
  });
  const bucket = openS3Bucket({ settings, fetch: options.fetch ?? connections.fetch, retry });
  const keyOf = (hash: string): string => `blobs/${blobKey(hash)}`;

  async function readExisting(hash: string, range?: ByteRange): Promise<StoredBytes> {
    const stored = await bucket.read(keyOf(hash), range);
    if (stored === null) {
      throw blobNotFound(hash);
    }
    return stored;
  }

  /** A copy on the local disk, whose hash was checked. */
  async function copyOf(hash: string): Promise<ReceivedFile> {
    await copies.sweep();
    const { bytes, stream } = await readExisting(hash);
    const copy = await copies.receive(stream, { maxBytes: bytes });
    if (copy.hash !== hash) {
      await copies.discard(copy);
      throw new BlobStoreError('damaged_file', `The object store holds different bytes for ${hash}.`);
    }
    return copy;
  }

  return {
    receive: received.receive,
    discard: received.discard,

    async keep(file, mimeType) {
      const key = keyOf(file.hash);
      // A blob of another size is damaged: the received bytes take its place.
      if ((await bucket.size(key)) !== file.bytes) {
        await uploadFile({ bucket, key, file, mimeType, retry, logger });
      }
      await received.discard(file);
    },

    async stat(hash) {
      const bytes = await bucket.size(keyOf(hash));
      return bytes === null ? null : { bytes };
    },

    async read(hash, range) {
      if (range !== undefined && (range.start < 0 || range.start > range.end)) {
        throw missingRange(range);
      }
      return (await readExisting(hash, range)).stream;
    },

    /** Node cannot read a Blob over the network: one made of another Blob takes only bytes in memory or in a file. */
    async open(hash) {
      return openAsBlob((await copyOf(hash)).path);
    },

    async localFile(hash) {
      const copy = await copyOf(hash);
      return { path: copy.path, release: () => copies.discard(copy) };
    },

    async remove(hash) {
      await bucket.remove(keyOf(hash));
    },

    async sweep() {
      await received.sweep();
      await copies.sweep();
    },

    async ping() {
      await received.ping();
      await bucket.ping();
    },

    close: () => connections.close(),
  };
}
