import { sql } from 'drizzle-orm';
import { clientConfig } from '../postgres/client-config.ts';
import { connectClient, inTransaction } from '../postgres/own-client.ts';
import { migrationLock, runMigrations, timesOfLongWork } from '../postgres/run-migrations.ts';
import { withDefaults } from '../postgres/settings.ts';
import { loadContent, UnfitTargetError } from './load-content.ts';
import type { DatabaseSnapshot } from './snapshot.ts';
import { fingerprintTable } from './table-rows.ts';

/**
 * Copies everything into an empty PostgreSQL in one transaction, and compares every row there with the one here before it
 * commits.
 *
 * @param url as for `openPostgresDatabase`
 * @param beforeCommit called when the copy is complete and right, and nobody sees it yet
 * @returns how many rows each table got
 * @throws UnfitTargetError when the database is not empty, DatabaseQueryError
 */
export async function copyToPostgres(
  snapshot: DatabaseSnapshot,
  url: string,
  beforeCommit: () => void,
): Promise<Map<string, number>> {
  const settings = withDefaults({ applicationName: 'pixsim7-move' });
  await runMigrations(url, settings);
  const client = await connectClient(clientConfig(url, settings));
  try {
    return await inTransaction(client, timesOfLongWork(settings), async (connection) => {
      // A server that starts meanwhile waits at its migrations, and then finds either all or nothing.
      await connection.execute(sql`select pg_advisory_xact_lock(${migrationLock})`);
      const counts = await loadContent(connection, snapshot);
      for (const table of snapshot.tables) {
        const [here, there] = [await snapshot.fingerprint(table), await fingerprintTable(connection, table)];
        if (here.rows !== there.rows || here.digest !== there.digest) {
          throw new UnfitTargetError(`${table} is not the same there after the copy. Nothing was kept.`);
        }
      }
      beforeCommit();
      return counts;
    });
  } finally {
    await client.end();
  }
}
