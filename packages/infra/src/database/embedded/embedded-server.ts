import type { EmbeddedDatabaseLostError } from './lost-error.ts';

/** A running PostgreSQL that is part of this process, in its own thread or in this one. */
export interface EmbeddedServer {
  /**
   * Sends whole messages of PostgreSQL's protocol. Resolves with what it answers to them, in the order of the calls.
   *
   * @throws EmbeddedDatabaseLostError when it is dead, or dies of them
   */
  exchange(messages: Uint8Array): Promise<Uint8Array>;
  /** null while it lives. */
  death(): EmbeddedDatabaseLostError | null;
  /** Writes everything out and ends it. */
  close(): Promise<void>;
  /** Gives back what a dead one holds: its files and its memory. It is not asked to close itself. */
  abandon(): Promise<void>;
}
