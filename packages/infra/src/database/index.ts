/** The database port: one schema and one set of repositories, and what connects them to a PostgreSQL. */
export { openEmbeddedDatabase, type EmbeddedDatabaseOptions } from './embedded/open-embedded-database.ts';
export type { EmbeddedDatabase } from './embedded/connect-pglite.ts';
export { EmbeddedDatabaseCreationError } from './embedded/data-folder.ts';
export {
  EmbeddedDatabaseLockedError,
  findHolder,
  lockDirectory,
  type DirectoryLock,
} from './embedded/lock.ts';
export { EmbeddedDatabaseMovedError, markMoved } from './embedded/moved-mark.ts';
export { restoreEmbeddedDatabase } from './embedded/restore-embedded-database.ts';
export {
  DatabaseClosedError,
  DatabaseQueryError,
  NestedTransactionError,
  TransactionEndedError,
} from './errors.ts';
export { openPostgresDatabase, type PostgresDatabaseOptions } from './postgres/open-postgres-database.ts';
export { inspectPostgres, type PostgresFacts, type PostgresLook } from './postgres/inspect-postgres.ts';
export { isDatabaseAway, postgres, troubleOfDatabase } from './postgres/postgres-trouble.ts';
export { type PostgresSettings } from './postgres/settings.ts';
export { UnknownMigrationError } from './migrations.ts';
export { copyToPostgres } from './transfer/copy-to-postgres.ts';
export { UnfitTargetError } from './transfer/load-content.ts';
export type { DatabaseContent, DatabaseSnapshot, UsedBlob } from './transfer/snapshot.ts';
export type { SequencePosition } from './transfer/table-rows.ts';
