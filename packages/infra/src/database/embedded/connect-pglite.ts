import { PGlite } from '@electric-sql/pglite';
import type { Database, Instant, Logger } from '@pixsim7/core';
import { drizzle } from 'drizzle-orm/pglite';
import { applyMigrations } from '../migrations.ts';
import type { Connection } from '../connection.ts';
import { createDrizzleDatabase } from '../drizzle-database.ts';
import { takeSnapshot, type DatabaseSnapshot } from '../transfer/snapshot.ts';
import { DurableNodeFs, durableStartParameters } from './durable-node-fs.ts';

export interface PgliteConnectionOptions {
  /** null: in memory. */
  readonly directory: string | null;
  readonly logger: Logger;
  readonly now: () => Instant;
  /** Leaves the tables as an older version made them: for a backup, of which the next version may have need. */
  readonly keepTables?: boolean;
  /** Called once the database is closed. */
  readonly onClosed: () => void;
}

/** The database port, and what only a database inside this process can be asked for. */
export interface EmbeddedDatabase extends Database {
  /**
   * Reads all tables as they are at one moment. Everybody else waits until the work is done: there is one connection.
   */
  snapshot<Result>(work: (snapshot: DatabaseSnapshot) => Promise<Result>): Promise<Result>;
}

export interface PgliteConnection {
  readonly database: EmbeddedDatabase;
  readonly client: PGlite;
}

/** Opens PGlite, brings its tables up to date and puts the database port on it. */
export async function connectPglite(options: PgliteConnectionOptions): Promise<PgliteConnection> {
  const { directory, logger, now, onClosed } = options;
  const client = await startPglite(directory);
  try {
    const connection = drizzle(client);
    if (options.keepTables !== true)
      await connection.transaction((transaction) => applyMigrations(transaction));
    const closeConnection = async (): Promise<void> => {
      await client.close();
      onClosed();
    };
    const database = createDrizzleDatabase({ connection, closeConnection, logger, now });
    return { client, database: { ...database, snapshot: (work) => readSnapshot(connection, work) } };
  } catch (error) {
    await client.close();
    throw error;
  }
}

/** PostgreSQL as WebAssembly, without our tables. @param directory null: in memory */
export function startPglite(directory: string | null): Promise<PGlite> {
  return PGlite.create({
    ...(directory === null
      ? {}
      : { fs: new DurableNodeFs(directory), startParams: [...durableStartParameters] }),
    // The default of 128 MB doubles the memory of the process and gains nothing on a database of this size.
    postgresqlconf: ['shared_buffers=16MB'],
  });
}

function readSnapshot<Result>(
  connection: Connection,
  work: (snapshot: DatabaseSnapshot) => Promise<Result>,
): Promise<Result> {
  return connection.transaction(async (transaction) => work(await takeSnapshot(transaction)), {
    isolationLevel: 'repeatable read',
    accessMode: 'read only',
  });
}
