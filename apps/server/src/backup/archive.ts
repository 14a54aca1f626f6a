import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { syncDirectory } from '@pixsim7/infra';
import { decryptStream, encryptStream } from './encryption.ts';
import type { DecryptionKey, EncryptionKey } from './encryption.ts';
import { BackupError } from './manifest.ts';

export const encryptedSuffix = '.tar.age';

/** Whether a name asks for one file instead of a folder. */
export function isArchive(path: string): boolean {
  return path.endsWith('.tar') || path.endsWith(encryptedSuffix);
}

/**
 * Packs what is in a folder into one file that only this user may read. It gets its name when all of it is on the disk.
 * `tar` is part of Linux, macOS and Windows 10.
 *
 * @param key null: not encrypted
 * @throws BackupError
 */
export async function pack(directory: string, archive: string, key: EncryptionKey | null): Promise<void> {
  const unfinished = `${archive}.unfinished-${randomUUID()}`;
  const tar = spawn('tar', ['-cf', '-', '-C', directory, '.'], { stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    const ended = untilEnded(tar);
    const packed = key === null ? tar.stdout : encryptStream(tar.stdout, key);
    await Promise.all([
      ended,
      packed instanceof Promise
        ? packed.then((stream) => save(stream, unfinished))
        : save(packed, unfinished),
    ]);
    await rename(unfinished, archive);
    await syncDirectory(dirname(archive));
  } catch (error) {
    tar.kill();
    await rm(unfinished, { force: true });
    throw error;
  }
}

function save(source: Readable, path: string): Promise<void> {
  return pipeline(source, createWriteStream(path, { flags: 'wx', mode: 0o600, flush: true }));
}

/** @param key null: the archive is not encrypted @throws BackupError */
export async function unpack(archive: string, directory: string, key: DecryptionKey | null): Promise<void> {
  const source = createReadStream(archive);
  const packed = key === null ? source : await decryptStream(source, key);
  const tar = spawn('tar', ['-xf', '-', '-C', directory], { stdio: ['pipe', 'ignore', 'ignore'] });
  const ended = untilEnded(tar);
  // Looked at below; it may come before the other end of the pipe fails.
  ended.catch(() => undefined);
  try {
    await pipeline(packed, tar.stdin);
  } catch (error) {
    // tar may end after the last file and leave the padding behind it unread. It then says that all is well.
    if (closedByReader(error) && (await isWell(ended))) {
      return;
    }
    tar.kill();
    // The one that ended first ends the other; what tar says of it is of no use then.
    await ended.catch(() => undefined);
    throw new BackupError(`${archive} is damaged or cut off.`, { cause: error });
  }
  await ended;
}

function closedByReader(error: unknown): boolean {
  const code: unknown = Reflect.get(Object(error), 'code');
  return code === 'ERR_STREAM_PREMATURE_CLOSE' || code === 'EPIPE';
}

function isWell(ended: Promise<void>): Promise<boolean> {
  return ended.then(
    () => true,
    () => false,
  );
}

/** @throws BackupError */
async function untilEnded(tar: ChildProcess): Promise<void> {
  const failed = (cause?: unknown): BackupError =>
    new BackupError('The program tar failed; name a folder instead of a .tar file.', {
      cause,
    });
  const [code] = await once(tar, 'close').catch((cause: unknown) => {
    throw failed(cause);
  });
  if (code !== 0) {
    throw failed();
  }
}
