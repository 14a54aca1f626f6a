import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { userInfo } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { hasErrorCode, syncDirectory, syncTree } from '../../files/durable-files.ts';
import { restrictTree } from '../../files/private-tree.ts';
import { readDiskSpace } from '../../storage/disk-space.ts';
import { runChild } from '../../system/run-child.ts';
import type { ChildEnding } from '../../system/run-child.ts';

/** The data folder of the embedded database cannot be made. The message says why and what to do. */
export class EmbeddedDatabaseCreationError extends Error {
  override readonly name = 'EmbeddedDatabaseCreationError';
  readonly code = 'embedded_database_creation_failed';

  constructor(directory: string, reason: string, options?: ErrorOptions) {
    super(`The embedded database could not be created in ${directory}: ${reason}`, options);
  }
}

/** A first creation takes 2 to 5 seconds; this is for a machine that swaps. */
const creationTimeoutMs = 120_000;
/** A new folder has 40 MB; the rest is for the log files of its first start. */
const roomForCreationBytes = 96 * 1024 ** 2;

/**
 * A finished folder that nobody has used, made by `make-template.ts`. The image has one: copying it takes a second and
 * hardly any memory, so that a first start fits into 512 MB.
 */
export const templateFolder = fileURLToPath(new URL('../../../template-database', import.meta.url));

/** A new folder has 970 entries. */
const maxNewEntries = 10_000;

const creationModule = `
process.umask(0o077);
const { PGlite } = await import(process.argv[1]);
const database = await PGlite.create({ dataDir: process.argv[2] });
await database.close();
process.exit(0);
`;

/**
 * Creates the data folder of PGlite unless it exists: as a copy of the template, where there is one. The caller holds the
 * lock of the folder.
 *
 * Without a template in a process of its own, because creating needs 0.9 GB at its peak and the server would keep that: a server that
 * opens a finished folder stays near 0.2 GB. Into a folder with a name that is used once, which is renamed when it is
 * complete: a creation that was cut off is done again, and cannot meet the remains of the one before.
 *
 * @throws EmbeddedDatabaseCreationError
 */
export async function ensureDataFolder(directory: string, template = templateFolder): Promise<void> {
  if (existsSync(join(directory, 'PG_VERSION'))) {
    return;
  }
  if (existsSync(directory) && readdirSync(directory).length > 0) {
    throw new EmbeddedDatabaseCreationError(directory, 'the folder holds other files.');
  }
  const unfinished = `${directory}.unfinished-${randomUUID()}`;
  try {
    mkdirSync(dirname(directory), { recursive: true, mode: 0o700 });
    removeUnfinished(directory);
    const { freeBytes } = await readDiskSpace(dirname(directory));
    if (freeBytes < roomForCreationBytes) {
      throw new EmbeddedDatabaseCreationError(directory, describeRoom(freeBytes));
    }
    mkdirSync(unfinished, { mode: 0o700 });
    if (existsSync(join(template, 'PG_VERSION'))) {
      await cp(template, unfinished, { recursive: true });
    } else {
      await create(directory, unfinished);
    }
    // PGlite makes every file readable and writable for everybody, whatever the umask is.
    await restrictTree(unfinished, maxNewEntries);
    // Neither of them called fsync, which makes the process ten times as fast.
    await syncTree(unfinished);
    renameSync(unfinished, directory);
    await syncDirectory(dirname(directory));
  } catch (error) {
    removeQuietly(unfinished);
    if (error instanceof EmbeddedDatabaseCreationError) {
      throw error;
    }
    throw new EmbeddedDatabaseCreationError(directory, describeSystemError(error, dirname(directory)), {
      cause: error,
    });
  }
}

async function create(directory: string, unfinished: string): Promise<void> {
  const pglite = pathToFileURL(createRequire(import.meta.url).resolve('@electric-sql/pglite')).href;
  const ending = await runChild(creationModule, [pglite, unfinished], { timeoutMs: creationTimeoutMs });
  if (ending.code === 0) {
    return;
  }
  const { freeBytes } = await readDiskSpace(dirname(directory));
  throw new EmbeddedDatabaseCreationError(directory, describeEnding(ending, freeBytes), {
    cause: new Error(ending.complaint.trim() || 'The process that creates it wrote nothing.'),
  });
}

/** Of creations that were cut off. */
function removeUnfinished(directory: string): void {
  const prefix = `${basename(directory)}.unfinished`;
  for (const name of readdirSync(dirname(directory))) {
    if (name.startsWith(prefix)) {
      rmSync(join(dirname(directory), name), { recursive: true, force: true });
    }
  }
}

/** The error that made it necessary is the one to be seen; the next start removes what is left. */
function removeQuietly(directory: string): void {
  try {
    rmSync(directory, { recursive: true, force: true });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) {
      throw error;
    }
  }
}

export function describeEnding({ signal, timedOut, complaint }: ChildEnding, freeBytes: number): string {
  if (freeBytes < roomForCreationBytes / 2 || /ENOSPC|No space left/u.test(complaint)) {
    return describeRoom(freeBytes);
  }
  if (timedOut) {
    return 'it took longer than two minutes. Is the machine short of memory?';
  }
  if (signal !== null || /heap out of memory|WebAssembly\.Memory|could not allocate/u.test(complaint)) {
    return `the process that creates it was killed${signal === null ? '' : ` by ${signal}`}, most likely because memory ran out. Creating needs 1 GB of free memory, once.`;
  }
  return `the process that creates it failed: ${lastLine(complaint)}`;
}

function describeRoom(freeBytes: number): string {
  return `the disk is full: ${Math.floor(freeBytes / 1e6)} MB are free, ${Math.ceil(roomForCreationBytes / 1e6)} MB are needed.`;
}

export function describeSystemError(error: unknown, parent: string): string {
  for (const [code, reason] of Object.entries(systemReasons)) {
    if (hasErrorCode(error, code)) {
      return reason(parent);
    }
  }
  return error instanceof Error ? error.message : String(error);
}

const systemReasons: Readonly<Record<string, (parent: string) => string>> = {
  EACCES: describeOwner,
  EPERM: describeOwner,
  EROFS: (parent) => `the file system of ${parent} is read-only.`,
  ENOSPC: (parent) => `the disk of ${parent} is full.`,
  EDQUOT: () => 'the disk quota of this user is used up.',
  ENOTDIR: (parent) => `${parent} is not a folder.`,
  EEXIST: (parent) => `${parent} is not a folder.`,
  EMFILE: () => 'this process has too many files open (see ulimit -n).',
};

function describeOwner(parent: string): string {
  const { username, uid } = userInfo();
  const owner = ownerOf(parent);
  return owner === null || owner === uid
    ? `${username} is not allowed to write to ${parent}.`
    : `${username} (user ${uid}) is not allowed to write to ${parent}, which belongs to user ${owner}.`;
}

/** null when even that may not be read. */
function ownerOf(path: string): number | null {
  try {
    return statSync(path).uid;
  } catch {
    return null;
  }
}

function lastLine(text: string): string {
  const line = text
    .trim()
    .split('\n')
    .find((entry) => /\b\w*Error\b/u.test(entry));
  return line?.trim() ?? 'it gave no reason.';
}
