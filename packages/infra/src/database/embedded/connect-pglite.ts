import type { Client } from 'pg';
import type { Database, Instant, Logger } from '@pixsim7/core';
import { processTimers } from '../../queue/scheduler.ts';
import type { Scheduler } from '../../queue/scheduler.ts';
import { createDrizzleDatabase } from '../drizzle-database.ts';
import { applyMigrations } from '../migrations.ts';
import { takeSnapshot } from '../transfer/snapshot.ts';
import type { DatabaseSnapshot } from '../transfer/snapshot.ts';
import type { DurableNodeFs } from './durable-node-fs.ts';
import type { EmbeddedServer } from './embedded-server.ts';
import { EmbeddedSession } from './embedded-session.ts';
import { startThread } from './start-thread.ts';
import type { ThreadProgram } from './thread-program.ts';
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
  /** For tests with a disk that fails: runs in this thread, where they can reach it. */
  readonly createFs?: (directory: string) => DurableNodeFs;
  /** For tests of the thread. */
  readonly program?: ThreadProgram;
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
  /** For tests that ask without the port, or for what it does not tell. */
  readonly client: Client;
}

/** Opens PGlite, brings its tables up to date and puts the database port on it. */
export async function connectPglite(options: PgliteConnectionOptions): Promise<PgliteConnection> {
  const { directory, logger, now, onClosed, scheduler = processTimers } = options;
  const session = await EmbeddedSession.open({ directory, logger, scheduler, start: () => start(options) });
  try {
    if (options.keepTables !== true) {
      await session.transaction(({ drizzle }) => applyMigrations(drizzle));
    }
    const closeConnection = async (): Promise<void> => {
      await session.close();
      onClosed();
    };
    const database = createDrizzleDatabase({ connection: session, closeConnection, logger, now });
    const snapshot: EmbeddedDatabase['snapshot'] = (work) =>
      session.transaction(
        async ({ drizzle }) => work(await takeSnapshot(drizzle)),
        'begin isolation level repeatable read, read only',
      );
    return { client: session.client, database: { ...database, snapshot, upkeep: createUpkeep(session) } };
  } catch (error) {
    await session.close();
    throw error;
  }
}

/**
 * On a disk in a thread of its own, where it computes and waits for the disk. In memory in this one: that is for tests, which
 * start many of them and have nobody to keep waiting.
 */
async function start({ directory, createFs, program }: PgliteConnectionOptions): Promise<EmbeddedServer> {
  if (directory !== null && createFs === undefined) {
    return startThread(directory, program);
  }
  // Loaded only then: it is 15 MB of code that a server has in its other thread.
  const { startPglite } = await import('./start-pglite.ts');
  return startPglite(directory, createFs);
}
