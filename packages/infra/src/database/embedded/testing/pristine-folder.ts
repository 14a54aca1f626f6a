import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureDataFolder } from '../data-folder.ts';

let made: Promise<string> | null = null;

/** Makes a data folder that nobody has used: a copy of one that is created once for all test files of a process. */
export async function copyPristineFolder(directory: string): Promise<void> {
  made ??= make();
  cpSync(await made, directory, { recursive: true });
}

async function make(): Promise<string> {
  const root = mkdtempSync(join(tmpdir(), 'pixsim7-pristine-'));
  process.once('exit', () => rmSync(root, { recursive: true, force: true }));
  const pristine = join(root, 'database');
  await ensureDataFolder(pristine);
  return pristine;
}
