import { openAsBlob } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { BlobStore, ByteRange } from '@pixsim7/core';
import { sizeOf, syncDirectory } from '../files/durable-files.ts';
import { asUnwritable } from '../files/unwritable.ts';
import { blobPath } from './blob-path.ts';
import { blobNotFound, BlobStoreError, damagedFile } from './blob-store-error.ts';
import { openSpool } from './spool.ts';
import type { SpoolOptions } from './spool.ts';
import { streamRange } from './stream-range.ts';

export interface DiskBlobStoreOptions extends SpoolOptions {
  /** Holds `tmp` and `blobs`, which must be on one file system: keeping a file is a rename. */
  readonly directory: string;
}

/** Opens the blob store of embedded mode, `<directory>/blobs/ab/cd/<hash>`, and makes its folders. */
export async function openDiskBlobStore(options: DiskBlobStoreOptions): Promise<BlobStore> {
  const { directory } = options;
  const blobs = join(directory, 'blobs');
  const spool = await openSpool({ ...options, directory: join(directory, 'tmp') });
  await mkdir(blobs, { recursive: true, mode: 0o700 });

  async function existingBlob(hash: string): Promise<{ path: string; bytes: number }> {
    const path = blobPath(blobs, hash);
    const bytes = await sizeOf(path);
    if (bytes === null) {
      throw blobNotFound(hash);
    }
    return { path, bytes };
  }

  return {
    ...spool,

    async keep(file) {
      const target = blobPath(blobs, file.hash);
      if ((await sizeOf(target)) === file.bytes) {
        await spool.discard(file);
        return;
      }
      // A blob of another size is damaged: the received bytes, whose hash was just computed, take its place.
      if ((await sizeOf(file.path)) !== file.bytes) {
        throw damagedFile(file.hash);
      }
      try {
        await mkdir(dirname(target), { recursive: true, mode: 0o700 });
        await rename(file.path, target);
        // The folders above too: they may be as new as the file, and an unsynced one would take it along.
        await syncDirectory(dirname(target));
        await syncDirectory(dirname(dirname(target)));
        await syncDirectory(blobs);
      } catch (error) {
        throw asUnwritable(error);
      }
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

    async localFile(hash) {
      const { path } = await existingBlob(hash);
      return { path, release: () => Promise.resolve() };
    },

    async remove(hash) {
      await rm(blobPath(blobs, hash), { force: true });
    },
  };
}
