import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import type { UploadPart } from 's3mini';
import type { Logger, ReceivedFile } from '@pixsim7/core';
import { hasErrorCode } from '../../files/durable-files.ts';
import { BlobStoreError, damagedFile } from '../blob-store-error.ts';
import type { Retry } from './retry.ts';
import type { S3Bucket } from './s3-bucket.ts';

export interface UploadRequest {
  readonly bucket: S3Bucket;
  readonly key: string;
  readonly file: ReceivedFile;
  readonly mimeType: string;
  readonly retry: Retry;
  readonly logger?: Logger | undefined;
}

const mebibyte = 1024 * 1024;

// Above it a retry would send too much again. An upload holds one body in memory, and fetch a copy: 32 MiB at most.
const largestSinglePut = 16 * mebibyte;

// S3 wants at least 5 MiB, R2 equal sizes, and both at most 10,000 parts: up to 80 GB.
const partBytes = 8 * mebibyte;

/**
 * Stores a received file under its key. The bytes are hashed once more while they are read, so a file that changed
 * since it was received never becomes visible; the object's size is looked up at the end.
 *
 * @throws BlobStoreError `damaged_file` when the file is not what was received
 */
export async function uploadFile(request: UploadRequest): Promise<void> {
  const { file } = request;
  const handle = await openReceived(file);
  try {
    if ((await handle.stat()).size !== file.bytes) {
      throw damagedFile(file.hash);
    }
    await (file.bytes > largestSinglePut ? uploadInParts(request, handle) : uploadAtOnce(request, handle));
  } finally {
    await handle.close();
  }
}

async function openReceived(file: ReceivedFile): Promise<FileHandle> {
  try {
    return await open(file.path, 'r');
  } catch (error) {
    throw hasErrorCode(error, 'ENOENT') ? damagedFile(file.hash, { cause: error }) : error;
  }
}

async function uploadAtOnce(request: UploadRequest, handle: FileHandle): Promise<void> {
  const { bucket, key, file, mimeType } = request;
  const bytes = await readBytes(handle, 0, file);
  if (createHash('sha256').update(bytes).digest('hex') !== file.hash) {
    throw damagedFile(file.hash);
  }
  await bucket.put(key, bytes, mimeType);
  await checkStoredSize(request);
}

async function uploadInParts(request: UploadRequest, handle: FileHandle): Promise<void> {
  const { bucket, key, file, mimeType, logger } = request;
  const uploadId = await bucket.startUpload(key, mimeType);
  try {
    const parts = await uploadParts(request, handle, uploadId);
    await completeUpload(request, uploadId, parts);
  } catch (error) {
    try {
      await bucket.abortUpload(key, uploadId);
    } catch (abortError) {
      // The first error is the one to be told. The parts stay, and cost, until the bucket's own rule removes them.
      logger?.warn({ error: abortError, hash: file.hash, upload_id: uploadId }, 'failed upload not aborted');
    }
    throw error;
  }
}

/** One after the other: that bounds the memory and lets the hash see the bytes in order. */
async function uploadParts(
  { bucket, key, file }: UploadRequest,
  handle: FileHandle,
  uploadId: string,
): Promise<UploadPart[]> {
  const hash = createHash('sha256');
  const parts: UploadPart[] = [];
  for (let start = 0; start < file.bytes; start += partBytes) {
    const bytes = await readBytes(handle, start, file, partBytes);
    hash.update(bytes);
    parts.push(await bucket.putPart(key, uploadId, parts.length + 1, bytes));
  }
  if (hash.digest('hex') !== file.hash) {
    throw damagedFile(file.hash);
  }
  return parts;
}

/**
 * The object's size decides and not the answer: S3 may report an error in an answer of status 200, and a repeated
 * call whose first answer was lost is told that there is no such upload.
 */
async function completeUpload(request: UploadRequest, uploadId: string, parts: UploadPart[]): Promise<void> {
  const { bucket, key, file, logger } = request;
  try {
    await bucket.completeUpload(key, uploadId, parts);
  } catch (error) {
    if ((await bucket.size(key)) !== file.bytes) {
      throw error;
    }
    logger?.warn({ error, hash: file.hash }, 'upload complete although its end was not confirmed');
    return;
  }
  await checkStoredSize(request);
}

/** Some servers show a new object a moment late, so a wrong size is looked at again before it is an error. */
async function checkStoredSize({ bucket, key, file, retry }: UploadRequest): Promise<void> {
  await retry('show an object', async () => {
    const stored = (await bucket.size(key)) ?? 0;
    if (stored !== file.bytes) {
      throw new BlobStoreError(
        'storage_unavailable',
        `The object store shows ${stored} of ${file.bytes} bytes of blob ${file.hash} after its upload.`,
      );
    }
  });
}

async function readBytes(
  handle: FileHandle,
  start: number,
  file: ReceivedFile,
  limit: number = file.bytes,
): Promise<Uint8Array> {
  const bytes = new Uint8Array(Math.min(limit, file.bytes - start));
  let filled = 0;
  while (filled < bytes.byteLength) {
    const { bytesRead } = await handle.read(bytes, filled, bytes.byteLength - filled, start + filled);
    if (bytesRead === 0) {
      throw damagedFile(file.hash);
    }
    filled += bytesRead;
  }
  return bytes;
}
