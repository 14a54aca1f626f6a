import { drizzle } from 'drizzle-orm/pglite';
import { applyMigrations } from '../migrations.ts';
import { loadContent } from '../transfer/load-content.ts';
import type { DatabaseContent } from '../transfer/snapshot.ts';
import { ensureDataFolder } from './data-folder.ts';
import { startPglite } from './start-pglite.ts';

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
  const { client } = await startPglite(directory);
  try {
    const connection = drizzle(client);
    await connection.transaction((transaction) => applyMigrations(transaction, content.lastMigration));
    const counts = await connection.transaction((transaction) => loadContent(transaction, content));
    await connection.transaction((transaction) => applyMigrations(transaction));
    return counts;
  } finally {
    await client.close();
  }
}
