import { createReadStream } from 'node:fs';
import { chmod, copyFile, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createGunzip } from 'node:zlib';
import { lockDirectory, restoreEmbeddedDatabase, syncDirectory, syncTree } from '@pixsim7/infra';
import { copyBlob } from './copy-blob.ts';
import { BackupError, hashFile, readManifest, tableFile } from './manifest.ts';
import type { Manifest } from './manifest.ts';

/** Marks a restore until it is complete; while the mark is there, no server starts. */
export const unfinishedRestore = 'restore.unfinished';
/** Leftovers of the lock of the database folder. */
const lockFolder = 'database.lock';

/**
 * Makes a data folder out of a backup. Every byte is checked against the hash that the backup knows, before anything of it
 * stands at its place; the database is moved there last.
 *
 * @throws BackupError when the data folder is in use or not empty, or the backup is damaged
 */
export async function restoreBackup(backup: string, dataDirectory: string): Promise<Manifest> {
  const manifest = await readManifest(backup);
  const target = resolve(dataDirectory);
  await mkdir(target, { recursive: true, mode: 0o700 });
  const lock = await lockDirectory(join(target, 'database'));
  try {
    await assertEmpty(target);
    const unfinished = join(target, unfinishedRestore);
    await rm(unfinished, { recursive: true, force: true });
    await mkdir(unfinished, { mode: 0o700 });
    await restoreBlobs(backup, manifest, join(unfinished, 'blobs'));
    await restoreDatabase(backup, manifest, join(unfinished, 'database'));
    for (const key of manifest.keys) {
      await copyFile(join(backup, 'keys', key), join(unfinished, key));
      await chmod(join(unfinished, key), 0o600);
    }
    await syncTree(unfinished);
    for (const name of ['blobs', ...manifest.keys, 'database']) {
      await rename(join(unfinished, name), join(target, name));
    }
    await rm(unfinished, { recursive: true });
    await syncDirectory(target);
    return manifest;
  } finally {
    lock.release();
  }
}

async function assertEmpty(directory: string): Promise<void> {
  const others = (await readdir(directory)).filter(
    (name) => name !== lockFolder && name !== unfinishedRestore,
  );
  if (others.length === 0) {
    return;
  }
  throw new BackupError(
    `${directory} is not empty (${others.slice(0, 3).join(', ')}); restore into a new folder and keep this one.`,
  );
}

async function restoreBlobs(backup: string, { blobs }: Manifest, directory: string): Promise<void> {
  await mkdir(directory, { mode: 0o700 });
  let count = 0;
  let bytes = 0;
  for await (const { hash, path } of listBlobs(join(backup, 'blobs'))) {
    bytes += await copyBlob(createReadStream(path), directory, hash);
    count += 1;
  }
  if (count !== blobs.count || bytes !== blobs.bytes) {
    throw new BackupError(
      `The backup has ${count} files with ${bytes} bytes; its manifest says ${blobs.count} with ${blobs.bytes}.`,
    );
  }
}

async function* listBlobs(directory: string): AsyncGenerator<{ hash: string; path: string }> {
  for (const entry of await readdir(directory, { withFileTypes: true, recursive: true })) {
    if (entry.isFile()) {
      yield { hash: entry.name, path: join(entry.parentPath, entry.name) };
    }
  }
}

async function restoreDatabase(backup: string, { database }: Manifest, directory: string): Promise<void> {
  for (const { name, sha256 } of database.tables) {
    if ((await hashFile(tableFile(backup, name))) !== sha256) {
      throw new BackupError(`The rows of ${name} are damaged in this backup.`);
    }
  }
  const counts = await restoreEmbeddedDatabase(directory, {
    lastMigration: database.last_migration,
    tables: database.tables.map(({ name }) => name),
    sequences: database.sequences.map(({ table, column, last_value, is_called }) => ({
      table,
      column,
      lastValue: last_value,
      isCalled: is_called,
    })),
    rows: (table) => readLines(tableFile(backup, table)),
  });
  for (const { name, rows } of database.tables) {
    if (counts.get(name) !== rows) {
      throw new BackupError(`${name} has ${counts.get(name) ?? 0} rows; the manifest says ${rows}.`);
    }
  }
}

/** Batches of lines, split at line feeds only: `readline` would also split at U+2028, which may stand in a prompt. */
async function* readLines(path: string): AsyncGenerator<readonly string[]> {
  const text = createReadStream(path).pipe(createGunzip()).setEncoding('utf8');
  let rest = '';
  for await (const chunk of text) {
    const lines = `${rest}${String(chunk)}`.split('\n');
    rest = lines.pop() ?? '';
    yield lines;
  }
}
