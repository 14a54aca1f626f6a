import { drizzle } from 'drizzle-orm/pglite';
import type { Database, Logger } from '@pixsim7/core';
import { createDrizzleDatabase } from '../drizzle-database.ts';
import { connectPglite } from '../embedded/connect-pglite.ts';
import type { PgliteConnection } from '../embedded/connect-pglite.ts';
import { runPgliteTransaction } from '../embedded/pglite-transaction.ts';
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

const idle: PgliteConnection['client'][] = [];

/**
 * An empty embedded database in memory, for a test. The first one takes 3 seconds to start; after `close` its server is
 * emptied and used again, which takes milliseconds.
 */
export async function openTestDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const logger = options.logger ?? silentLogger;
  const now = options.now ?? Date.now;
  const client = idle.pop() ?? (await startServer());
  const connection = drizzle(client);
  await connection.execute(truncateEverything());
  const database = createDrizzleDatabase({
    connection: {
      transaction: (work) => runPgliteTransaction(client, work),
      execute: (statement) => connection.execute(statement),
    },
    logger,
    now,
    closeConnection: async () => {
      idle.push(client);
    },
  });
  return { database, close: () => database.close() };
}

async function startServer(): Promise<PgliteConnection['client']> {
  const { client } = await connectPglite({
    directory: null,
    logger: silentLogger,
    now: Date.now,
    onClosed: () => undefined,
  });
  return client;
}
