import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Makes the entries of a directory durable: a new name survives a power cut only after this. */
export async function syncDirectory(path: string): Promise<void> {
  // Windows cannot open a directory; its file systems write the entry with the rename.
  if (process.platform === 'win32') {
    return;
  }
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/** Files that are synced at a time: the disk takes many into one write of its journal, and each is open meanwhile. */
const filesAtATime = 32;

/** Makes everything below a directory durable, and its own entries. */
export async function syncTree(directory: string): Promise<void> {
  const entries = await readdir(directory, { withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ name }) => join(directory, name));
  for (let start = 0; start < files.length; start += filesAtATime) {
    await Promise.all(files.slice(start, start + filesAtATime).map(syncFile));
  }
  for (const entry of entries) {
    if (entry.isDirectory()) {
      await syncTree(join(directory, entry.name));
    }
  }
  await syncDirectory(directory);
}

async function syncFile(path: string): Promise<void> {
  // Writable, because Windows flushes no file that was opened for reading.
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** null when there is no such file. */
export async function sizeOf(path: string): Promise<number | null> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) {
      return null;
    }
    throw error;
  }
}

/** Whether an error is a system error of this kind, such as `ENOENT`. */
export function hasErrorCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
