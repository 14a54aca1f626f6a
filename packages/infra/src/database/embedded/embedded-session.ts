import type { SQL } from 'drizzle-orm';
import type { Client } from 'pg';
import type { Logger } from '@pixsim7/core';
import type { Scheduler } from '../../queue/scheduler.ts';
import { readDiskSpace } from '../../storage/disk-space.ts';
import type { ConnectionSource, RepositoryConnection } from '../connection.ts';
import { DatabaseClosedError, DatabaseQueryError } from '../errors.ts';
import { EmbeddedConnection } from './embedded-connection.ts';
import type { EmbeddedServer } from './embedded-server.ts';
import { EmbeddedDatabaseLostError } from './lost-error.ts';

export interface EmbeddedSessionOptions {
  /** null: in memory, where nothing can be opened again. */
  readonly directory: string | null;
  readonly logger: Logger;
  readonly scheduler: Pick<Scheduler, 'after'>;
  /** Starts PostgreSQL on the folder. */
  readonly start: () => Promise<EmbeddedServer>;
}

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
  #current: EmbeddedConnection | null = null;
  #reason: EmbeddedDatabaseLostError | null = null;
  #closed = false;
  #cancelPause: () => void = () => undefined;
  #opening: Promise<void> = Promise.resolve();

  private constructor(options: EmbeddedSessionOptions) {
    this.#options = options;
  }

  /** @throws EmbeddedDatabaseLostError when PostgreSQL ends during its start */
  static async open(options: EmbeddedSessionOptions): Promise<EmbeddedSession> {
    const session = new EmbeddedSession(options);
    session.#current = await EmbeddedConnection.open(await options.start());
    return session;
  }

  /** The driver, for tests that ask without the port. */
  get client(): Client {
    if (this.#current === null) {
      throw this.#away();
    }
    return this.#current.client;
  }

  /**
   * @param begin the statement that begins it
   * @throws DatabaseQueryError while the database is away
   */
  transaction<Result>(
    work: (connection: RepositoryConnection) => Promise<Result>,
    begin?: string,
  ): Promise<Result> {
    return this.#use((current) => current.transaction(work, begin));
  }

  /** @throws DatabaseQueryError while the database is away */
  execute(statement: SQL): Promise<unknown> {
    return this.#use((current) => current.execute(statement));
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelPause();
    await this.#opening;
    const current = this.#current;
    this.#current = null;
    await current?.close();
  }

  async #use<Result>(work: (connection: EmbeddedConnection) => Promise<Result>): Promise<Result> {
    const current = this.#current;
    if (current === null) {
      throw this.#away();
    }
    try {
      return await work(current);
    } catch (error) {
      const death = current.death();
      if (death === null) {
        throw error;
      }
      this.#lose(current, death);
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

  #lose(lost: EmbeddedConnection, death: EmbeddedDatabaseLostError): void {
    // Everybody who waited for the dead one comes here.
    if (this.#current !== lost) {
      return;
    }
    this.#current = null;
    this.#reason = death;
    const { directory, logger } = this.#options;
    logger.error({ error: death, directory }, 'embedded database stopped; opening it again');
    this.#opening = lost.close();
    if (directory !== null) {
      this.#openAfter(firstPauseMs, directory);
    }
  }

  #openAfter(pauseMs: number, directory: string): void {
    if (this.#closed) {
      return;
    }
    this.#cancelPause = this.#options.scheduler.after(pauseMs, () => {
      // Two must never have the files open.
      this.#opening = this.#opening.then(() => this.#open(directory, pauseMs));
    });
  }

  async #open(directory: string, pauseMs: number): Promise<void> {
    const { logger, start } = this.#options;
    if (this.#closed) {
      return;
    }
    try {
      const { freeBytes } = await readDiskSpace(directory);
      if (freeBytes < roomForStartBytes) {
        throw new EmbeddedDatabaseLostError(
          `${freeBytes} bytes are free on its disk; opening it again needs ${roomForStartBytes}.`,
        );
      }
      this.#current = await EmbeddedConnection.open(await start());
      this.#reason = null;
      logger.info({ directory }, 'embedded database open again');
    } catch (error) {
      const nextMs = Math.min(pauseMs * 2, longestPauseMs);
      logger.error({ error, directory, retry_in_ms: nextMs }, 'embedded database not opened again');
      this.#openAfter(nextMs, directory);
    }
  }
}
