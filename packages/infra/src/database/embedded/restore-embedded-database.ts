import { applyMigrations } from '../migrations.ts';
import { loadContent } from '../transfer/load-content.ts';
import type { DatabaseContent } from '../transfer/snapshot.ts';
import { ensureDataFolder } from './data-folder.ts';
import { EmbeddedConnection } from './embedded-connection.ts';
import { startThread } from './start-thread.ts';

/**
 * Makes a data folder with this content, in the tables of the version that wrote it, and then brings the tables up to
 * date. The caller has the folder for itself, and removes what is left of it after an error.
 *
 * @returns how many rows each table got
 * @throws UnknownMigrationError, UnfitTargetError
 */
export async function restoreEmbeddedDatabase(
  directory: string,
  content: DatabaseContent & { readonly lastMigration: number },
): Promise<Map<string, number>> {
  await ensureDataFolder(directory);
  const connection = await EmbeddedConnection.open(await startThread(directory));
  try {
    await connection.transaction(({ drizzle }) => applyMigrations(drizzle, content.lastMigration));
    const counts = await connection.transaction(({ drizzle }) => loadContent(drizzle, content));
    await connection.transaction(({ drizzle }) => applyMigrations(drizzle));
    return counts;
  } finally {
    await connection.close();
  }
}
