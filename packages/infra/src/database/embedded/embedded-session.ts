import type { SQL } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/pglite';
import type { Logger } from '@pixsim7/core';
import type { Scheduler } from '../../queue/scheduler.ts';
import { readDiskSpace } from '../../storage/disk-space.ts';
import type { Connection, ConnectionSource, RepositoryConnection } from '../connection.ts';
import { DatabaseClosedError, DatabaseQueryError } from '../errors.ts';
import { runPgliteTransaction } from './pglite-transaction.ts';
import { EmbeddedDatabaseLostError } from './start-pglite.ts';
import type { StartedPglite } from './start-pglite.ts';

export interface EmbeddedSessionOptions {
  /** null: in memory, where nothing can be opened again. */
  readonly directory: string | null;
  readonly logger: Logger;
  readonly scheduler: Pick<Scheduler, 'after'>;
  /** Starts PostgreSQL on the folder. */
  readonly start: () => Promise<StartedPglite>;
}

interface OpenDatabase {
  readonly started: StartedPglite;
  readonly connection: Connection;
}

type TransactionSettings = Parameters<Connection['transaction']>[1];

/** First and longest pause between two tries to open the folder again. */
const firstPauseMs = 1_000;
const longestPauseMs = 30_000;
/** A start replays the log and needs up to two new files of 16 MB for it; without that it ends as it did before. */
const roomForStartBytes = 48 * 1024 ** 2;

/**
 * A PostgreSQL inside this process that comes back. When it dies of a disk that cannot be written, callers are refused at
 * once, and the folder is opened again as soon as there is room.
 */
export class EmbeddedSession implements ConnectionSource {
  readonly #options: EmbeddedSessionOptions;
  #current: OpenDatabase | null;
  #reason: EmbeddedDatabaseLostError | null = null;
  #closed = false;
  #cancelPause: () => void = () => undefined;
  #opening: Promise<void> = Promise.resolve();

  constructor(started: StartedPglite, options: EmbeddedSessionOptions) {
    this.#options = options;
    this.#current = { started, connection: drizzle(started.client) };
  }

  /** @throws DatabaseQueryError while the database is away */
  transaction<Result>(work: (connection: RepositoryConnection) => Promise<Result>): Promise<Result> {
    return this.#use(({ started }) => runPgliteTransaction(started.client, work));
  }

  /** A transaction with settings of its own. @throws DatabaseQueryError while the database is away */
  transactionWith<Result>(
    settings: TransactionSettings,
    work: (connection: Connection) => Promise<Result>,
  ): Promise<Result> {
    return this.#use(({ connection }) => connection.transaction(work, settings));
  }

  /** @throws DatabaseQueryError while the database is away */
  execute(statement: SQL): Promise<unknown> {
    return this.#use(({ connection }) => connection.execute(statement));
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelPause();
    await this.#opening;
    const current = this.#current;
    this.#current = null;
    if (current === null) {
      return;
    }
    if (current.started.death() === null) {
      await current.started.client.close();
    } else {
      current.started.abandon();
    }
  }

  async #use<Result>(work: (open: OpenDatabase) => Promise<Result>): Promise<Result> {
    const current = this.#current;
    if (current === null) {
      throw this.#away();
    }
    try {
      return await work(current);
    } catch (error) {
      const death = current.started.death();
      if (death === null) {
        throw error;
      }
      this.#lose(current.started, death);
      throw this.#away();
    }
  }

  #away(): Error {
    if (this.#closed) {
      return new DatabaseClosedError();
    }
    const message = this.#reason?.message ?? 'The embedded database is not open.';
    return new DatabaseQueryError(message, { sqlState: null, constraint: null, cause: this.#reason });
  }

  #lose(started: StartedPglite, death: EmbeddedDatabaseLostError): void {
    // Everybody who waited for the dead one comes here.
    if (this.#current?.started !== started) {
      return;
    }
    this.#current = null;
    this.#reason = death;
    started.abandon();
    const { directory, logger } = this.#options;
    logger.error({ error: death, directory }, 'embedded database stopped; opening it again');
    if (directory !== null) {
      this.#openAfter(firstPauseMs, directory);
    }
  }

  #openAfter(pauseMs: number, directory: string): void {
    if (this.#closed) {
      return;
    }
    this.#cancelPause = this.#options.scheduler.after(pauseMs, () => {
      this.#opening = this.#open(directory, pauseMs);
    });
  }

  async #open(directory: string, pauseMs: number): Promise<void> {
    const { logger, start } = this.#options;
    try {
      const { freeBytes } = await readDiskSpace(directory);
      if (freeBytes < roomForStartBytes) {
        throw new EmbeddedDatabaseLostError(
          `${freeBytes} bytes are free on its disk; opening it again needs ${roomForStartBytes}.`,
        );
      }
      const started = await start();
      this.#current = { started, connection: drizzle(started.client) };
      this.#reason = null;
      logger.info({ directory }, 'embedded database open again');
    } catch (error) {
      const nextMs = Math.min(pauseMs * 2, longestPauseMs);
      logger.error({ error, directory, retry_in_ms: nextMs }, 'embedded database not opened again');
      this.#openAfter(nextMs, directory);
    }
  }
}
