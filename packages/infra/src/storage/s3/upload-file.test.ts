import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Logger, ReceivedFile } from '@pixsim7/core';
import { BlobStoreError } from '../blob-store-error.ts';
import { createRetry } from './retry.ts';
import type { S3Bucket } from './s3-bucket.ts';
import { uploadFile } from './upload-file.ts';

const mebibyte = 1024 * 1024;

/** A bucket in memory that writes down what it is asked to do. */
function makeBucket(overrides: Partial<S3Bucket> = {}) {
  const objects = new Map<string, Uint8Array>();
  const parts: Uint8Array[] = [];
  const calls: string[] = [];
  const bucket: S3Bucket = {
    size: async (key) => objects.get(key)?.byteLength ?? null,
    read: async () => null,
    async put(key, bytes, mimeType) {
      calls.push(`put ${mimeType} ${bytes.byteLength}`);
      objects.set(key, bytes);
    },
    async startUpload(_key, mimeType) {
      calls.push(`start ${mimeType}`);
      return 'upload-1';
    },
    async putPart(_key, uploadId, partNumber, bytes) {
      calls.push(`part ${uploadId} ${partNumber} ${bytes.byteLength}`);
      parts.push(bytes);
      return { partNumber, etag: `etag-${partNumber}` };
    },
    async completeUpload(key, uploadId, listed) {
      calls.push(`complete ${uploadId} ${listed.map(({ etag }) => etag).join(' ')}`);
      objects.set(key, Buffer.concat(parts));
    },
    async abortUpload(_key, uploadId) {
      calls.push(`abort ${uploadId}`);
    },
    remove: async () => undefined,
    ping: async () => undefined,
    ...overrides,
  };
  return { bucket, objects, calls };
}

const broken =
  (code: 'storage_unavailable' | 'storage_refused', what: string) => async (): Promise<never> => {
    throw new BlobStoreError(code, what);
  };

describe('uploadFile', () => {
  let directory: string;
  let warnings: string[];

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'upload-'));
    warnings = [];
  });

  afterEach(async () => {
    await rm(directory, { recursive: true });
  });

  async function makeFile(length: number): Promise<ReceivedFile> {
    const bytes = Buffer.alloc(length, 'a file of many bytes ');
    const path = join(directory, 'received');
    await writeFile(path, bytes);
    return { path, bytes: length, hash: createHash('sha256').update(bytes).digest('hex') };
  }

  function upload(bucket: S3Bucket, file: ReceivedFile): Promise<void> {
    const ignore = (): void => undefined;
    const logger: Logger = {
      debug: ignore,
      info: ignore,
      error: ignore,
      warn: (_fields, message) => warnings.push(message),
    };
    const retry = createRetry({ waitsMs: [1, 1], wait: async () => undefined, random: () => 1 });
    return uploadFile({ bucket, key: 'blobs/x', file, mimeType: 'video/mp4', retry, logger });
  }

  const storedHash = (objects: Map<string, Uint8Array>): string =>
    createHash('sha256')
      .update(objects.get('blobs/x') ?? '')
      .digest('hex');

  it.each([0, 1, 16 * mebibyte])('puts %i bytes at once', async (length) => {
    const { bucket, objects, calls } = makeBucket();
    const file = await makeFile(length);
    await upload(bucket, file);
    expect(calls).toEqual([`put video/mp4 ${length}`]);
    expect(storedHash(objects)).toBe(file.hash);
  });

  it('sends more than 16 MiB in parts of 8 MiB', async () => {
    const { bucket, objects, calls } = makeBucket();
    const file = await makeFile(16 * mebibyte + 1);
    await upload(bucket, file);
    expect(calls).toEqual([
      'start video/mp4',
      `part upload-1 1 ${8 * mebibyte}`,
      `part upload-1 2 ${8 * mebibyte}`,
      'part upload-1 3 1',
      'complete upload-1 etag-1 etag-2 etag-3',
    ]);
    expect(storedHash(objects)).toBe(file.hash);
  });

  it.each([10, 17 * mebibyte])('does not store %i bytes under the hash of others', async (length) => {
    const { bucket, objects, calls } = makeBucket();
    const file = await makeFile(length);
    await expect(upload(bucket, { ...file, hash: 'a'.repeat(64) })).rejects.toMatchObject({
      code: 'damaged_file',
    });
    expect(objects.size).toBe(0);
    expect(calls.at(-1)).toBe(length === 10 ? undefined : 'abort upload-1');
  });

  it.each([9, 11])('refuses a file of 10 bytes that was %i when it was received', async (bytes) => {
    const { bucket, calls } = makeBucket();
    const file = await makeFile(10);
    await expect(upload(bucket, { ...file, bytes })).rejects.toMatchObject({ code: 'damaged_file' });
    expect(calls).toEqual([]);
  });

  it('refuses a file that is gone', async () => {
    const file = await makeFile(10);
    await rm(file.path);
    await expect(upload(makeBucket().bucket, file)).rejects.toMatchObject({
      code: 'damaged_file',
      cause: { code: 'ENOENT' },
    });
  });

  it('aborts an upload whose part is refused', async () => {
    const { bucket, calls } = makeBucket({ putPart: broken('storage_refused', 'no part') });
    await expect(upload(bucket, await makeFile(17 * mebibyte))).rejects.toThrow('no part');
    expect(calls).toEqual(['start video/mp4', 'abort upload-1']);
  });

  it('tells the first error when the upload cannot be aborted either', async () => {
    const { bucket } = makeBucket({
      putPart: broken('storage_refused', 'no part'),
      abortUpload: broken('storage_refused', 'no abort'),
    });
    await expect(upload(bucket, await makeFile(17 * mebibyte))).rejects.toThrow('no part');
    expect(warnings).toEqual(['failed upload not aborted']);
  });

  it('is content with an object that is there although its completion was not confirmed', async () => {
    const length = 17 * mebibyte;
    const { bucket, calls } = makeBucket({
      completeUpload: broken('storage_refused', 'no such upload'),
      size: async () => length,
    });
    await upload(bucket, await makeFile(length));
    expect(calls).not.toContain('abort upload-1');
    expect(warnings).toEqual(['upload complete although its end was not confirmed']);
  });

  it('aborts an upload that cannot be completed', async () => {
    const { bucket, calls } = makeBucket({ completeUpload: broken('storage_refused', 'parts differ') });
    await expect(upload(bucket, await makeFile(17 * mebibyte))).rejects.toThrow('parts differ');
    expect(calls.at(-1)).toBe('abort upload-1');
  });

  it('looks again when the object is shown late', async () => {
    const sizes = [null, 4, 10];
    const { bucket } = makeBucket({ size: async () => sizes.shift() ?? null });
    await upload(bucket, await makeFile(10));
    expect(sizes).toEqual([]);
  });

  it('does not believe an upload that shows another size in the end', async () => {
    const { bucket } = makeBucket({ size: async () => 9 });
    await expect(upload(bucket, await makeFile(10))).rejects.toThrow(/shows 9 of 10 bytes/);
  });
});
