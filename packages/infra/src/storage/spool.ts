import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rm, stat, writeFile } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { TooManyBytesError } from '@pixsim7/core';
import type { BlobStore } from '@pixsim7/core';
import { hasErrorCode } from '../files/durable-files.ts';
import { asUnwritable } from '../files/unwritable.ts';

export interface SpoolOptions {
  /** Holds nothing but the files of the spool; processes may share it. */
  readonly directory: string;
  readonly now?: () => number;
  /** Age at which `sweep` takes a file for a leftover; longer than any transfer may last. */
  readonly leftoverAfterMs?: number;
}

/** The receiving half of a blob store: files on the local disk that are not yet, or only briefly, needed. */
export type Spool = Pick<BlobStore, 'receive' | 'discard' | 'sweep' | 'ping'>;

const oneDayMs = 24 * 60 * 60 * 1000;

/** Opens the spool and makes its folder, readable by the owner only. */
export async function openSpool(options: SpoolOptions): Promise<Spool> {
  const { directory, now = Date.now, leftoverAfterMs = oneDayMs } = options;
  await mkdir(directory, { recursive: true, mode: 0o700 });

  return {
    async receive(source, { maxBytes }) {
      const path = join(directory, randomUUID());
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
      const file = await createFile(path);
      try {
        await writeFile(file, measured());
        await file.sync();
      } catch (error) {
        await file.close();
        await rm(path, { force: true });
        throw asUnwritable(error);
      }
      await file.close();
      return { path, hash: hash.digest('hex'), bytes };
    },

    async discard(file) {
      await rm(file.path, { force: true });
    },

    async sweep() {
      const oldest = now() - leftoverAfterMs;
      for (const name of await readdir(directory)) {
        const path = join(directory, name);
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
      const path = join(directory, randomUUID());
      const file = await createFile(path);
      try {
        await file.writeFile('ping');
        await file.sync();
      } catch (error) {
        throw asUnwritable(error);
      } finally {
        await file.close();
        await rm(path, { force: true });
      }
    },
  };
}

/** @throws StoreUnwritableError, and every other system error as it is */
async function createFile(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'wx', 0o600);
  } catch (error) {
    throw asUnwritable(error);
  }
}
