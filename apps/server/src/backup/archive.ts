import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { BackupError } from './manifest.ts';

const run = promisify(execFile);

/** Whether a name asks for one file in place of a folder. */
export function isArchive(path: string): boolean {
  return path.endsWith('.tar');
}

/** Packs what is in a folder. `tar` is part of Linux, macOS and Windows 10. @throws BackupError */
export async function pack(directory: string, archive: string): Promise<void> {
  await tar(['-cf', archive, '-C', directory, '.']);
}

/** @throws BackupError */
export async function unpack(archive: string, directory: string): Promise<void> {
  await tar(['-xf', archive, '-C', directory]);
}

async function tar(parameters: readonly string[]): Promise<void> {
  try {
    await run('tar', parameters);
  } catch (error) {
    throw new BackupError('The program tar could not do its part; name a folder in place of a .tar file.', {
      cause: error,
    });
  }
}
