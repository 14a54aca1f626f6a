import { sql } from 'drizzle-orm';
import { applyMigrations } from '../migrations.ts';
import type { TransactionTimes } from './begin-statement.ts';
import { clientConfig } from './client-config.ts';
import { connectClient, inTransaction } from './own-client.ts';
import { assertFitServer } from './required-server.ts';
import type { PostgresSettings } from './settings.ts';

/** Names the advisory lock of the one who migrates; any number that nothing else here uses. */
export const migrationLock = 7_002;

/** Long work at a start may take longer than the statements of the pool may. */
export function timesOfLongWork(settings: PostgresSettings): TransactionTimes {
  return { ...settings, statementTimeoutMs: 0, lockTimeoutMs: settings.migrationLockTimeoutMs };
}

/**
 * Brings the tables up to date. Of many processes that start together one does it, and the others wait for it: the lock
 * belongs to the transaction, so it is gone with it, whatever pooler is in between.
 *
 * @throws DatabaseQueryError, UnknownMigrationError, TroubleError
 */
export async function runMigrations(url: string, settings: PostgresSettings): Promise<void> {
  const client = await connectClient(clientConfig(url, settings));
  try {
    await inTransaction(client, timesOfLongWork(settings), async (connection) => {
      await assertFitServer(connection);
      await connection.execute(sql`select pg_advisory_xact_lock(${migrationLock})`);
      await applyMigrations(connection);
    });
  } finally {
    await client.end();
  }
}
