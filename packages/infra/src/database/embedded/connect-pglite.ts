import type { PGlite } from '@electric-sql/pglite';
import { drizzle } from 'drizzle-orm/pglite';
import type { Database, Instant, Logger } from '@pixsim7/core';
import { processTimers } from '../../queue/scheduler.ts';
import type { Scheduler } from '../../queue/scheduler.ts';
import { createDrizzleDatabase } from '../drizzle-database.ts';
import { applyMigrations } from '../migrations.ts';
import { takeSnapshot } from '../transfer/snapshot.ts';
import type { DatabaseSnapshot } from '../transfer/snapshot.ts';
import type { DurableNodeFs } from './durable-node-fs.ts';
import { EmbeddedSession } from './embedded-session.ts';
import { startPglite } from './start-pglite.ts';
import { createUpkeep } from './upkeep.ts';

export interface PgliteConnectionOptions {
  /** null: in memory. */
  readonly directory: string | null;
  readonly logger: Logger;
  readonly now: () => Instant;
  /** Leaves the tables as an older version made them: for a backup, of which the next version may have need. */
  readonly keepTables?: boolean;
  /** Called once the database is closed. */
  readonly onClosed: () => void;
  /** Paces the tries to open a database again that stopped. Real time when left out. */
  readonly scheduler?: Pick<Scheduler, 'after'>;
  /** For tests with a disk that fails. */
  readonly createFs?: (directory: string) => DurableNodeFs;
}

/** The database port, and what only a database inside this process can be asked for. */
export interface EmbeddedDatabase extends Database {
  /**
   * Reads all tables as they are at one moment. Everybody else waits until the work is done: there is one connection.
   */
  snapshot<Result>(work: (snapshot: DatabaseSnapshot) => Promise<Result>): Promise<Result>;
  /** A little of what a server does in the background; see `createUpkeep`. To be called about once a minute. */
  upkeep(): Promise<void>;
}

export interface PgliteConnection {
  readonly database: EmbeddedDatabase;
  readonly client: PGlite;
}

/** Opens PGlite, brings its tables up to date and puts the database port on it. */
export async function connectPglite(options: PgliteConnectionOptions): Promise<PgliteConnection> {
  const { directory, logger, now, onClosed, scheduler = processTimers } = options;
  const start = () => startPglite(directory, options.createFs);
  const started = await start();
  const { client } = started;
  try {
    if (options.keepTables !== true) {
      await drizzle(client).transaction((transaction) => applyMigrations(transaction));
    }
    const session = new EmbeddedSession(started, { directory, logger, scheduler, start });
    const closeConnection = async (): Promise<void> => {
      await session.close();
      onClosed();
    };
    const database = createDrizzleDatabase({ connection: session, closeConnection, logger, now });
    const snapshot: EmbeddedDatabase['snapshot'] = (work) =>
      session.transactionWith(
        { isolationLevel: 'repeatable read', accessMode: 'read only' },
        async (transaction) => work(await takeSnapshot(transaction)),
      );
    return { client, database: { ...database, snapshot, upkeep: createUpkeep(session) } };
  } catch (error) {
    if (started.death() === null) {
      await client.close();
    } else {
      started.abandon();
    }
    throw error;
  }
}
