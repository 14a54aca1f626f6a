import { PGlite } from '@electric-sql/pglite';
import type { Database, Instant, Logger } from '@pixsim7/core';
import { drizzle } from 'drizzle-orm/pglite';
import { migrate } from 'drizzle-orm/pglite/migrator';
import { createDrizzleDatabase } from '../drizzle-database.ts';
import { migrationsFolder } from '../migrations.ts';

export interface PgliteConnectionOptions {
  /** null: in memory. */
  readonly directory: string | null;
  readonly logger: Logger;
  readonly now: () => Instant;
  /** Called once the database is closed. */
  readonly onClosed: () => void;
}

export interface PgliteConnection {
  readonly database: Database;
  readonly client: PGlite;
}

/** Opens PGlite, brings its tables up to date and puts the database port on it. */
export async function connectPglite(options: PgliteConnectionOptions): Promise<PgliteConnection> {
  const { directory, logger, now, onClosed } = options;
  const client = await PGlite.create({
    ...(directory === null ? {} : { dataDir: directory }),
    // A commit waits for the file system. PGlite starts PostgreSQL without fsync, so every acknowledged commit survives
    // a killed process, but a power cut can lose the last ones.
    relaxedDurability: false,
    // The default of 128 MB doubles the memory of the process and gains nothing on a database of this size.
    postgresqlconf: ['shared_buffers=16MB'],
  });
  try {
    const connection = drizzle(client);
    await migrate(connection, { migrationsFolder });
    const closeConnection = async (): Promise<void> => {
      await client.close();
      onClosed();
    };
    return { client, database: createDrizzleDatabase({ connection, closeConnection, logger, now }) };
  } catch (error) {
    await client.close();
    throw error;
  }
}
