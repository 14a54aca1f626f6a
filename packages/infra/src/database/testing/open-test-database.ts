import type { Database, Logger } from '@pixsim7/core';
import { createDrizzleDatabase } from '../drizzle-database.ts';
import { EmbeddedConnection } from '../embedded/embedded-connection.ts';
import { startPglite } from '../embedded/start-pglite.ts';
import { applyMigrations } from '../migrations.ts';
import { truncateEverything } from './truncate-everything.ts';

export interface TestDatabase {
  readonly database: Database;
  /** Keeps the server for the next test; its rows are gone by then. */
  close(): Promise<void>;
}

export interface TestDatabaseOptions {
  readonly logger?: Logger;
  readonly now?: () => number;
}

const silentLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

const idle: EmbeddedConnection[] = [];

/**
 * An empty embedded database in memory, for a test. The first one takes 3 seconds to start; after `close` its server is
 * emptied and used again, which takes milliseconds.
 */
export async function openTestDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const logger = options.logger ?? silentLogger;
  const now = options.now ?? Date.now;
  const connection = idle.pop() ?? (await startServer());
  await connection.execute(truncateEverything());
  const database = createDrizzleDatabase({
    connection,
    logger,
    now,
    closeConnection: async () => {
      idle.push(connection);
    },
  });
  return { database, close: () => database.close() };
}

async function startServer(): Promise<EmbeddedConnection> {
  const connection = await EmbeddedConnection.open(await startPglite(null));
  await connection.transaction(({ drizzle }) => applyMigrations(drizzle));
  return connection;
}
