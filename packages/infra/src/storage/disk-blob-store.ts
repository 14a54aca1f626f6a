import { createHash, randomUUID } from 'node:crypto';
import { openAsBlob } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { TooManyBytesError } from '@pixsim7/core';
import type { BlobStore, ByteRange, ReceivedFile } from '@pixsim7/core';

import { hasErrorCode, sizeOf, syncDirectory } from '../files/durable-files.ts';
import { blobPath } from './blob-path.ts';
import { BlobStoreError } from './blob-store-error.ts';
import { streamRange } from './stream-range.ts';

export interface DiskBlobStoreOptions {
  /** Holds `tmp` and `blobs`, which must be on one file system: keeping a file is a rename. */
  readonly directory: string;
  readonly now?: () => number;
  /** Age at which `sweep` takes a temporary file for a leftover; longer than any transfer may last. */
  readonly leftoverAfterMs?: number;
}

const oneDayMs = 24 * 60 * 60 * 1000;

/** Opens the blob store of embedded mode, `<directory>/blobs/ab/cd/<hash>`, and makes its folders. */
export async function openDiskBlobStore(options: DiskBlobStoreOptions): Promise<BlobStore> {
  const { directory, now = Date.now, leftoverAfterMs = oneDayMs } = options;
  const temporary = join(directory, 'tmp');
  const blobs = join(directory, 'blobs');
  await mkdir(temporary, { recursive: true, mode: 0o700 });
  await mkdir(blobs, { recursive: true, mode: 0o700 });

  async function existingBlob(hash: string): Promise<{ path: string; bytes: number }> {
    const path = blobPath(blobs, hash);
    const bytes = await sizeOf(path);
    if (bytes === null) {
      throw new BlobStoreError('blob_not_found', `There is no blob ${hash}.`);
    }
    return { path, bytes };
  }

  return {
    async receive(source, { maxBytes }): Promise<ReceivedFile> {
      const path = join(temporary, randomUUID());
      const hash = createHash('sha256');
      let bytes = 0;
      async function* measured(): AsyncGenerator<Uint8Array> {
        for await (const chunk of source) {
          bytes += chunk.byteLength;
          if (bytes > maxBytes) {
            throw new TooManyBytesError(maxBytes);
          }
          hash.update(chunk);
          yield chunk;
        }
      }
      const file = await open(path, 'wx', 0o600);
      try {
        await writeFile(file, measured());
        await file.sync();
      } catch (error) {
        await file.close();
        await rm(path, { force: true });
        throw error;
      }
      await file.close();
      return { path, hash: hash.digest('hex'), bytes };
    },

    async keep(file) {
      const target = blobPath(blobs, file.hash);
      if ((await sizeOf(target)) === file.bytes) {
        await rm(file.path, { force: true });
        return;
      }
      // A blob of another size is damaged: the received bytes, whose hash was just computed, take its place.
      if ((await sizeOf(file.path)) !== file.bytes) {
        throw new BlobStoreError(
          'damaged_file',
          `The received file of blob ${file.hash} is gone or changed.`,
        );
      }
      await mkdir(dirname(target), { recursive: true, mode: 0o700 });
      await rename(file.path, target);
      // The folders above too: they may be as new as the file, and an unsynced one would take it along.
      await syncDirectory(dirname(target));
      await syncDirectory(dirname(dirname(target)));
      await syncDirectory(blobs);
    },

    async discard(file) {
      await rm(file.path, { force: true });
    },

    async stat(hash) {
      const bytes = await sizeOf(blobPath(blobs, hash));
      return bytes === null ? null : { bytes };
    },

    async read(hash, range?: ByteRange) {
      const { path, bytes } = await existingBlob(hash);
      const start = range?.start ?? 0;
      const end = Math.min(range?.end ?? bytes - 1, bytes - 1);
      if (range !== undefined && (start < 0 || start > end)) {
        throw new BlobStoreError('invalid_range', `Bytes ${start} to ${range.end} of ${bytes} do not exist.`);
      }
      return streamRange(await open(path, 'r'), { start, end });
    },

    async open(hash) {
      const { path } = await existingBlob(hash);
      return openAsBlob(path);
    },

    async remove(hash) {
      await rm(blobPath(blobs, hash), { force: true });
    },

    async sweep() {
      const oldest = now() - leftoverAfterMs;
      for (const name of await readdir(temporary)) {
        const path = join(temporary, name);
        try {
          if ((await stat(path)).mtimeMs < oldest) {
            await rm(path, { force: true });
          }
        } catch (error) {
          // Another receive ended meanwhile and its file is no longer here.
          if (!hasErrorCode(error, 'ENOENT')) {
            throw error;
          }
        }
      }
    },

    async ping() {
      const path = join(temporary, randomUUID());
      const file = await open(path, 'wx', 0o600);
      try {
        await file.writeFile('ping');
        await file.sync();
      } finally {
        await file.close();
        await rm(path, { force: true });
      }
    },
  };
}
