import { createHash } from 'node:crypto';
import { S3mini } from 's3mini';
import type { AWSHeaders, UploadPart } from 's3mini';
import type { ByteRange } from '@pixsim7/core';
import { BlobStoreError } from '../blob-store-error.ts';
import type { Retry } from './retry.ts';
import { isMissingObject, isMissingRange, toBlobStoreError } from './s3-error.ts';
import type { S3Settings } from './storage-url.ts';
import { streamExactly } from './stream-exactly.ts';

export interface S3BucketOptions {
  readonly settings: S3Settings;
  readonly fetch: typeof globalThis.fetch;
  readonly retry: Retry;
}

export interface StoredBytes {
  /** Length of the stream. */
  readonly bytes: number;
  readonly stream: ReadableStream<Uint8Array>;
}

/**
 * The calls of S3 that the blob store makes, below the prefix of its settings. Every method throws BlobStoreError only;
 * those that may be made twice are made again while the store is unavailable.
 */
export interface S3Bucket {
  /** null when there is no such object. */
  size(key: string): Promise<number | null>;
  /** null when there is no such object. @throws BlobStoreError `invalid_range` */
  read(key: string, range?: ByteRange): Promise<StoredBytes | null>;
  put(key: string, bytes: Uint8Array, mimeType: string): Promise<void>;
  startUpload(key: string, mimeType: string): Promise<string>;
  putPart(key: string, uploadId: string, partNumber: number, bytes: Uint8Array): Promise<UploadPart>;
  completeUpload(key: string, uploadId: string, parts: UploadPart[]): Promise<void>;
  abortUpload(key: string, uploadId: string): Promise<void>;
  /** Harmless when there is no such object. */
  remove(key: string): Promise<void>;
  /**
   * Tries every right that is needed: writes and reads the small object `ping`, and removes one that is not there. Each
   * call is made once, since a health check wants to know soon.
   */
  ping(): Promise<void>;
}

/** Makes no call by itself. */
export function openS3Bucket({ settings, fetch, retry }: S3BucketOptions): S3Bucket {
  const client = new S3mini({
    accessKeyId: settings.accessKeyId,
    secretAccessKey: settings.secretAccessKey,
    endpoint: `${settings.origin}/${settings.bucket}`,
    region: settings.region,
    // The client takes no logger: it would write each request's signature to it.
    fetch: (input, init) =>
      fetch(input, {
        ...init,
        // The length header is that of the object, and a signature holds for one host only.
        headers: { ...Object.fromEntries(new Headers(init?.headers)), 'accept-encoding': 'identity' },
        redirect: 'manual',
      }),
  });
  const named = (key: string): string => settings.prefix + key;

  async function once<Result>(action: string, call: () => Promise<Result>): Promise<Result> {
    try {
      return await call();
    } catch (error) {
      throw toBlobStoreError(error, action);
    }
  }

  const repeatable: Retry = (action, call) => retry(action, () => once(action, call));

  async function putOnce(key: string, bytes: Uint8Array, mimeType: string): Promise<void> {
    await client.putObject(named(key), bytes, mimeType, undefined, digestHeader(bytes));
  }

  return {
    size: (key) => repeatable('look for an object', () => orNull(() => client.getContentLength(named(key)))),

    read: (key, range) =>
      repeatable('read an object', () =>
        orNull(async () => {
          try {
            // The client's end is the first byte that is not wanted.
            const end = range === undefined ? undefined : range.end + 1;
            const response = await client.getObjectRaw(named(key), range === undefined, range?.start, end);
            return await storedBytes(response, range);
          } catch (error) {
            if (range !== undefined && isMissingRange(error)) {
              throw missingRange(range, { cause: error });
            }
            throw error;
          }
        }),
      ),

    put: (key, bytes, mimeType) => repeatable('store an object', () => putOnce(key, bytes, mimeType)),

    // Made twice, it could leave an upload behind that nobody knows.
    startUpload: (key, mimeType) =>
      once('start an upload', () => client.getMultipartUploadId(named(key), mimeType)),

    putPart: (key, uploadId, partNumber, bytes) =>
      repeatable('store a part', () =>
        client.uploadPart(named(key), uploadId, bytes, partNumber, {}, undefined, digestHeader(bytes)),
      ),

    completeUpload: (key, uploadId, parts) =>
      repeatable('complete an upload', async () => {
        await client.completeMultipartUpload(named(key), uploadId, parts);
      }),

    abortUpload: (key, uploadId) =>
      repeatable('abort an upload', async () => {
        await client.abortMultipartUpload(named(key), uploadId);
      }),

    async remove(key) {
      await repeatable('remove an object', () => orNull(() => client.deleteObject(named(key))));
    },

    async ping() {
      await once('store an object', () => putOnce('ping', Buffer.from('ping'), 'text/plain'));
      await once('read an object', async () => {
        const response = await client.getObjectRaw(named('ping'));
        await response.body?.cancel();
      });
      // Another process may be reading `ping` at this moment.
      await once('remove an object', () => orNull(() => client.deleteObject(named('ping-removed'))));
    },
  };
}

/** The error of bytes that an object does not have. */
export function missingRange(range: ByteRange, options?: ErrorOptions): BlobStoreError {
  const message = `Bytes ${range.start} to ${range.end} do not exist.`;
  return new BlobStoreError('invalid_range', message, options);
}

async function orNull<Result>(call: () => Promise<Result>): Promise<Result | null> {
  try {
    return await call();
  } catch (error) {
    if (isMissingObject(error)) {
      return null;
    }
    throw error;
  }
}

/**
 * Lets the store refuse bytes that a bad line changed. Content-MD5 is the one digest that S3 has known since its
 * first version; servers such as Backblaze B2 and R2 have refused the newer `x-amz-checksum-*` headers, and S3 itself
 * takes those on a part only with a list of them at the end, which the client does not send.
 */
function digestHeader(bytes: Uint8Array): AWSHeaders {
  // The client's type names the headers of AWS only; it sends and signs any.
  const header = { 'content-md5': createHash('md5').update(bytes).digest('base64') };
  return header;
}

async function storedBytes(response: Response, range: ByteRange | undefined): Promise<StoredBytes> {
  const bytes = range === undefined ? wholeLength(response) : rangeLength(response, range);
  if (bytes === null || response.body === null) {
    await response.body?.cancel();
    throw new BlobStoreError('storage_refused', 'The object store does not say which bytes it sends.');
  }
  return { bytes, stream: streamExactly(response.body, bytes) };
}

function wholeLength(response: Response): number | null {
  const length = response.headers.get('content-length');
  return response.status === 200 && length !== null ? Number(length) : null;
}

/** Servers differ in what they make of a range: what they say they send decides. */
function rangeLength(response: Response, range: ByteRange): number | null {
  const [, start, end] = /^bytes (\d+)-(\d+)\//.exec(response.headers.get('content-range') ?? '') ?? [];
  if (response.status !== 206 || Number(start) !== range.start) {
    return null;
  }
  return Math.min(range.end, Number(end)) - range.start + 1;
}
