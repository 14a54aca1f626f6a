import type { Stats } from 'node:fs';
import { chmod, lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { hasErrorCode } from './durable-files.ts';

/** Rights of the group and of everybody else. */
const rightsOfOthers = 0o077;
const rightsOfOwner = 0o700;

interface Entry {
  readonly path: string;
  readonly stats: Stats;
}

/** Entries of a private folder that others can read or write. */
export interface OpenEntries {
  /** Folders and files that others may read or write. */
  readonly count: number;
  /** The first of them, the folder itself before what is in it. */
  readonly first: readonly string[];
  /** False when the bound was reached before the end. */
  readonly complete: boolean;
}

export interface Restriction extends OpenEntries {
  /** Those of `first` and after that could not be changed, because they belong to somebody else. */
  readonly refused: readonly string[];
}

const maxNamed = 5;

/** Looks at most at this many entries below a folder, outer ones first. Links are not followed. */
async function* walk(root: string, most: number): AsyncGenerator<Entry> {
  const folders = [root];
  let looked = 0;
  const look = async (path: string): Promise<Entry | null> => {
    looked += 1;
    return lstat(path).then(
      (stats) => ({ path, stats }),
      (error: unknown) => {
        // Removed since its folder was read.
        if (hasErrorCode(error, 'ENOENT')) {
          return null;
        }
        throw error;
      },
    );
  };
  const top = await look(root);
  if (top !== null) {
    yield top;
  }
  for (let folder = folders.shift(); folder !== undefined; folder = folders.shift()) {
    if (looked >= most) {
      return;
    }
    for (const name of await namesIn(folder)) {
      if (looked >= most) {
        return;
      }
      const entry = await look(join(folder, name));
      if (entry === null) {
        continue;
      }
      yield entry;
      if (entry.stats.isDirectory()) {
        folders.push(entry.path);
      }
    }
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT') || hasErrorCode(error, 'EACCES')) {
      return [];
    }
    throw error;
  }
}

function isOpen({ stats }: Entry): boolean {
  return (stats.isFile() || stats.isDirectory()) && (stats.mode & rightsOfOthers) !== 0;
}

/** Finds what others may read or write in a folder. Changes nothing. Finds nothing on Windows, which has other rights. */
export async function findOpenEntries(root: string, most: number): Promise<OpenEntries> {
  return visit(root, most, async () => undefined);
}

/** Takes the rights of others away from a folder and everything in it. */
export async function restrictTree(root: string, most: number): Promise<Restriction> {
  const refused: string[] = [];
  const found = await visit(root, most, async ({ path, stats }) => {
    try {
      await chmod(path, stats.mode & rightsOfOwner);
    } catch (error) {
      if (!hasErrorCode(error, 'EPERM') && !hasErrorCode(error, 'EROFS')) {
        throw error;
      }
      if (refused.length < maxNamed) {
        refused.push(path);
      }
    }
  });
  return { ...found, refused };
}

async function visit(
  root: string,
  most: number,
  change: (entry: Entry) => Promise<void>,
): Promise<OpenEntries> {
  const first: string[] = [];
  let [count, looked] = [0, 0];
  if (process.platform === 'win32') {
    return { count, first, complete: true };
  }
  for await (const entry of walk(root, most)) {
    looked += 1;
    if (!isOpen(entry)) {
      continue;
    }
    await change(entry);
    count += 1;
    if (first.length < maxNamed) {
      first.push(entry.path);
    }
  }
  return { count, first, complete: looked < most };
}
