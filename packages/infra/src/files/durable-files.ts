import { open, stat } from 'node:fs/promises';

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
