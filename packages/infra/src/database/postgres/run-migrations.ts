import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import { Client } from 'pg';
import { describeDriverError, translateQueryError } from '../errors.ts';
import { migrationsFolder } from '../migrations.ts';
import type { PostgresSettings } from './settings.ts';

/** Names the advisory lock of the one who migrates; any number that nothing else here uses. */
export const migrationLock = 7_002;

/**
 * Brings the tables up to date. Of many processes that start together one does it, and the others wait for it.
 *
 * It has a connection of its own: the lock belongs to the connection and is gone with it, also when the process is
 * killed, and a migration may take longer than the statements of the pool may.
 *
 * @throws DatabaseQueryError
 */
export async function runMigrations(url: string, settings: PostgresSettings): Promise<void> {
  const client = await connect(url, settings);
  try {
    const connection = drizzle(client);
    await connection.execute(sql`select pg_advisory_lock(${migrationLock})`);
    await migrate(connection, { migrationsFolder });
  } catch (error) {
    throw translateQueryError(error);
  } finally {
    await client.end();
  }
}

/** A connection without the time limits of the pool, for long work at a start. @throws DatabaseQueryError */
export async function connect(url: string, settings: PostgresSettings): Promise<Client> {
  try {
    const client = new Client({
      connectionString: url,
      application_name: settings.applicationName,
      connectionTimeoutMillis: settings.connectTimeoutMs,
      lock_timeout: settings.migrationLockTimeoutMs,
      keepAlive: true,
    });
    // The statement that is running then fails with the same error; an 'error' event without a listener ends the process.
    client.on('error', () => undefined);
    await client.connect();
    return client;
  } catch (error) {
    throw describeDriverError(error, 'Connecting failed');
  }
}
