import type { Database, Instant, Logger } from '@pixsim7/core';
import { createDrizzleDatabase } from '../drizzle-database.ts';
import { createConnections } from './connections.ts';
import { createStatementNames } from './named-statements.ts';
import { createPool } from './pool.ts';
import { runPooledTransaction } from './pooled-transaction.ts';
import { runMigrations } from './run-migrations.ts';
import { withDefaults } from './settings.ts';
import type { PostgresSettings } from './settings.ts';

export interface PostgresDatabaseOptions extends Partial<PostgresSettings> {
  /** `postgres://user:password@host:port/database`; parameters in it (`?sslmode=...`) win over the options here. */
  readonly url: string;
  readonly logger: Logger;
  readonly now: () => Instant;
}

/**
 * Opens a PostgreSQL, 15 or newer, that any number of processes share, and brings its tables up to date.
 *
 * A lost connection is replaced when the next transaction asks for one. What runs while the server is away fails with a
 * DatabaseQueryError. When the connection breaks during a commit, nobody knows whether the server carried it out: the
 * caller sees the same error and reads again.
 *
 * It works behind a pooler that gives a connection to somebody else after each transaction: nothing is left on one.
 *
 * @throws DatabaseQueryError when the server cannot be reached, refuses the login or a migration; UnknownMigrationError
 *   when a newer version made the tables; TroubleError when it is too old or not in UTF8
 */
export async function openPostgresDatabase(options: PostgresDatabaseOptions): Promise<Database> {
  const { url, logger, now } = options;
  const settings = withDefaults(options);
  await runMigrations(url, settings);
  const connections = createConnections(settings.namedStatements ? createStatementNames() : null, settings);
  const pool = createPool(url, settings, { logger, connections });
  return createDrizzleDatabase({
    connection: {
      transaction: (work) => runPooledTransaction(pool, connections, work),
      execute: (statement) =>
        runPooledTransaction(pool, connections, async ({ drizzle }) => drizzle.execute(statement)),
    },
    closeConnection: () => pool.end(),
    logger,
    now,
  });
}
