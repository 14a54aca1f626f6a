import { resolve } from 'node:path';
import type { Instant, Logger } from '@pixsim7/core';
import { connectPglite } from './connect-pglite.ts';
import type { EmbeddedDatabase } from './connect-pglite.ts';
import { ensureDataFolder } from './data-folder.ts';
import { lockDirectory } from './lock.ts';
import { assertNotMoved } from './moved-mark.ts';

export interface EmbeddedDatabaseOptions {
  /** Folder of the data, made when it is missing; null keeps everything in memory. */
  readonly directory: string | null;
  readonly logger: Logger;
  readonly now: () => Instant;
  /** Leaves the tables as an older version made them. Only `snapshot` may be used then. */
  readonly keepTables?: boolean;
}

/**
 * Opens the database that runs inside this process: PostgreSQL 18 as WebAssembly (PGlite), with one connection.
 *
 * An acknowledged commit survives a killed process and a power cut, as far as the disk keeps what it says it has written.
 * The folder belongs to this process until `close`.
 *
 * @throws EmbeddedDatabaseLockedError when another server has the folder open
 * @throws EmbeddedDatabaseUnwritableError when nothing can be written next to the folder
 * @throws EmbeddedDatabaseMovedError when its content was moved to another database
 * @throws EmbeddedDatabaseCreationError when the folder could not be made
 */
export async function openEmbeddedDatabase(options: EmbeddedDatabaseOptions): Promise<EmbeddedDatabase> {
  const { logger, now, keepTables = false } = options;
  if (options.directory === null) {
    const { database } = await connectPglite({ directory: null, logger, now, onClosed: () => undefined });
    return database;
  }
  const directory = resolve(options.directory);
  const lock = await lockDirectory(directory);
  try {
    assertNotMoved(directory);
    await ensureDataFolder(directory);
    const { database } = await connectPglite({
      directory,
      logger,
      now,
      keepTables,
      onClosed: () => lock.release(),
    });
    return database;
  } catch (error) {
    lock.release();
    throw error;
  }
}
