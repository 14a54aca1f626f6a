/**
 * The PostgreSQL inside this process ended by itself, as it does when it cannot write its log: the disk is full, broken or
 * read-only. Every acknowledged commit is on the disk; the folder has to be opened again.
 */
export class EmbeddedDatabaseLostError extends Error {
  override readonly name = 'EmbeddedDatabaseLostError';
  readonly code = 'embedded_database_lost';

  readonly reason: string;

  constructor(reason: string, options?: ErrorOptions) {
    super(`The embedded database stopped: ${reason}`, options);
    this.reason = reason;
  }
}
