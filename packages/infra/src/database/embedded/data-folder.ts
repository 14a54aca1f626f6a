import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { syncDirectory, syncTree } from '../../files/durable-files.ts';

export class EmbeddedDatabaseCreationError extends Error {
  override readonly name = 'EmbeddedDatabaseCreationError';
  readonly code = 'embedded_database_creation_failed';

  constructor(directory: string, reason: string, options?: ErrorOptions) {
    super(`The embedded database could not be created in ${directory}: ${reason}`, options);
  }
}

/** A first creation takes 2 to 5 seconds; this is for a machine that swaps. */
const creationTimeoutMilliseconds = 120_000;

const creationScript = `
const { PGlite } = await import(process.argv[1]);
const database = await PGlite.create({ dataDir: process.argv[2] });
await database.close();
process.exit(0);
`;

/**
 * Creates the data folder of PGlite unless it exists. The caller holds the lock of the folder.
 *
 * In a process of its own, because creating needs 0.9 GB at its peak and the server would keep that: a server that
 * opens a finished folder stays near 0.2 GB. Into a folder with another name that is renamed when it is complete, so
 * that a creation that was killed is simply done again.
 */
export async function ensureDataFolder(directory: string): Promise<void> {
  if (existsSync(join(directory, 'PG_VERSION'))) return;
  if (existsSync(directory) && readdirSync(directory).length > 0) {
    throw new EmbeddedDatabaseCreationError(directory, 'the folder holds other files.');
  }
  const unfinished = `${directory}.unfinished`;
  try {
    rmSync(unfinished, { recursive: true, force: true });
    mkdirSync(dirname(directory), { recursive: true });
    const pglite = pathToFileURL(createRequire(import.meta.url).resolve('@electric-sql/pglite')).href;
    await promisify(execFile)(
      process.execPath,
      ['--input-type=module', '--eval', creationScript, pglite, unfinished],
      { timeout: creationTimeoutMilliseconds },
    );
    // The process above works without fsync, which makes it ten times as fast.
    await syncTree(unfinished);
    renameSync(unfinished, directory);
    await syncDirectory(dirname(directory));
  } catch (error) {
    throw new EmbeddedDatabaseCreationError(directory, 'creating needs 1 GB of free memory and disk.', {
      cause: error,
    });
  }
}
