import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { BlobStore, Logger } from '@pixsim7/core';
import { openDiskBlobStore, openS3BlobStore, troubleOfStorage } from '@pixsim7/infra';
import type { Settings } from '../config/settings.ts';
import { ok, problem } from './finding.ts';
import type { Finding } from './finding.ts';

/** Writes, reads and removes a few random bytes, as a video would be. */
export async function checkStorage(
  { STORAGE_URL, DATA_DIR }: Pick<Settings, 'STORAGE_URL' | 'DATA_DIR'>,
  logger: Logger,
): Promise<Finding> {
  const place = STORAGE_URL === undefined ? 'the data folder' : 'the S3 storage';
  try {
    if (STORAGE_URL === undefined) {
      await tryOut(await openDiskBlobStore({ directory: DATA_DIR }));
    } else {
      const store = await openS3BlobStore({
        url: STORAGE_URL,
        spoolDirectory: join(DATA_DIR, 'spool'),
        logger,
      });
      try {
        await tryOut(store);
      } finally {
        await store.close();
      }
    }
    return ok('storage', `A file was written to ${place}, read back and removed.`);
  } catch (error) {
    const { summary, reason, advice } = troubleOfStorage(error);
    return problem('storage', `${place} cannot be used: ${summary} (${reason})`, advice);
  }
}

/** @throws when the bytes do not come back */
export async function tryOut(store: BlobStore): Promise<void> {
  const bytes = Uint8Array.from(randomBytes(64));
  const file = await store.receive(
    (async function* () {
      yield bytes;
    })(),
    { maxBytes: bytes.byteLength },
  );
  try {
    await store.keep(file, 'application/octet-stream');
    const read = new Uint8Array(await new Response(await store.read(file.hash)).arrayBuffer());
    if (Buffer.compare(read, bytes) !== 0) {
      throw new Error('the bytes that came back are different.');
    }
    await store.remove(file.hash);
  } finally {
    await store.discard(file);
  }
}
