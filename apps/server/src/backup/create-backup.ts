import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { copyFile, chmod, mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { BlobStore } from '@pixsim7/core';
import { syncDirectory, syncTree } from '@pixsim7/infra';
import type { DatabaseSnapshot, EmbeddedDatabase } from '@pixsim7/infra';
import { blobFile, copyBlob } from './copy-blob.ts';
import { BackupError, hashFile, keyFiles, manifestName, tableFile } from './manifest.ts';
import type { Manifest } from './manifest.ts';

/** An installation that a backup is made of. */
export interface BackupSource {
  readonly database: Pick<EmbeddedDatabase, 'snapshot'>;
  readonly blobs: Pick<BlobStore, 'read'>;
  /** Keeps files from being removed until the returned function is called. */
  readonly holdRemovals: () => Promise<() => void>;
  /** The folder with the key files. */
  readonly dataDirectory: string;
  readonly version: string;
  readonly now: () => number;
}

export interface BackupRequest {
  /** The folder that becomes the backup; it must be missing or empty. */
  readonly directory: string;
  readonly withKeys: boolean;
}

/**
 * Writes a backup: first the database as it is at one moment, then every file that an asset of that moment uses. Files are
 * named by their content and are not removed meanwhile, so what is added during the copy does no harm. The folder gets its
 * name when all of it is on the disk.
 *
 * @throws BackupError; the reason of the signal when it is aborted
 */
export async function createBackup(
  source: BackupSource,
  request: BackupRequest,
  signal: AbortSignal,
): Promise<Manifest> {
  const directory = resolve(request.directory);
  await assertFree(directory);
  const unfinished = `${directory}.unfinished-${randomUUID()}`;
  await mkdir(unfinished, { recursive: true, mode: 0o700 });
  const release = await source.holdRemovals();
  try {
    const content = await source.database.snapshot((snapshot) => dumpDatabase(snapshot, unfinished, signal));
    const blobs = await copyBlobs(source.blobs, content.usedBlobs, join(unfinished, 'blobs'), signal);
    const keys = request.withKeys ? await copyKeys(source.dataDirectory, join(unfinished, 'keys')) : [];
    const manifest: Manifest = {
      format: 'pixsim7-backup',
      format_version: 1,
      server_version: source.version,
      created_at: new Date(source.now()).toISOString(),
      database: content.database,
      blobs,
      keys,
    };
    await syncTree(unfinished);
    await writeFile(join(unfinished, manifestName), `${JSON.stringify(manifest, null, 2)}\n`, {
      flush: true,
    });
    signal.throwIfAborted();
    await rm(directory, { recursive: true, force: true });
    await rename(unfinished, directory);
    await syncDirectory(dirname(directory));
    return manifest;
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    throw error;
  } finally {
    release();
  }
}

async function assertFree(directory: string): Promise<void> {
  const entry = await stat(directory).catch(() => null);
  if (entry === null) {
    return;
  }
  if (!entry.isDirectory() || (await readdir(directory)).length > 0) {
    throw new BackupError(`${directory} already exists; name a new folder.`);
  }
}

/** Everybody else waits for the database meanwhile, so nothing but rows is read in here. */
async function dumpDatabase(
  snapshot: DatabaseSnapshot,
  directory: string,
  signal: AbortSignal,
): Promise<{ database: Manifest['database']; usedBlobs: string[] }> {
  await mkdir(join(directory, 'database'), { mode: 0o700 });
  const tables: Manifest['database']['tables'] = [];
  for (const name of snapshot.tables) {
    let rows = 0;
    const path = tableFile(directory, name);
    async function* lines(): AsyncGenerator<string> {
      for await (const batch of snapshot.rows(name)) {
        rows += batch.length;
        yield `${batch.join('\n')}\n`;
      }
    }
    await pipeline(lines(), createGzip({ level: 1 }), createWriteStream(path, { mode: 0o600 }), { signal });
    tables.push({ name, rows, sha256: await hashFile(path) });
  }
  const database = {
    last_migration: snapshot.lastMigration,
    tables,
    sequences: snapshot.sequences.map(({ table, column, lastValue, isCalled }) => ({
      table,
      column,
      last_value: lastValue,
      is_called: isCalled,
    })),
    unfinished_jobs: await snapshot.countUnfinishedJobs(),
  };
  const usedBlobs = (await snapshot.usedBlobs()).map(({ hash }) => hash);
  return { database, usedBlobs };
}

/** A file that cannot be read is named and left out: a backup of the rest is worth more than none. */
async function copyBlobs(
  store: BackupSource['blobs'],
  hashes: readonly string[],
  directory: string,
  signal: AbortSignal,
): Promise<Manifest['blobs']> {
  await mkdir(directory, { mode: 0o700 });
  const unreadable: string[] = [];
  let bytes = 0;
  for (const hash of hashes) {
    signal.throwIfAborted();
    try {
      bytes += await copyBlob(await store.read(hash), directory, hash);
    } catch (error) {
      // A full disk of the backup is no fault of the file.
      if (isOutOfSpace(error)) {
        throw error;
      }
      await rm(blobFile(directory, hash), { force: true });
      unreadable.push(hash);
    }
  }
  return { count: hashes.length - unreadable.length, bytes, unreadable };
}

function isOutOfSpace(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT', 'EROFS'].includes(String((error as { code?: unknown }).code));
}

async function copyKeys(dataDirectory: string, directory: string): Promise<Manifest['keys']> {
  await mkdir(directory, { mode: 0o700 });
  const copied: Manifest['keys'] = [];
  for (const name of keyFiles) {
    const from = join(dataDirectory, name);
    // Missing when the key comes from the environment.
    if ((await stat(from).catch(() => null)) === null) {
      continue;
    }
    const to = join(directory, name);
    await copyFile(from, to);
    await chmod(to, 0o600);
    copied.push(name);
  }
  return copied;
}
