/** The database port: one schema and one set of repositories, and what connects them to a PostgreSQL. */
export { openEmbeddedDatabase, type EmbeddedDatabaseOptions } from './embedded/open-embedded-database.ts';
export { EmbeddedDatabaseCreationError } from './embedded/data-folder.ts';
export { EmbeddedDatabaseLockedError, findHolder } from './embedded/lock.ts';
export {
  DatabaseClosedError,
  DatabaseQueryError,
  NestedTransactionError,
  TransactionEndedError,
} from './errors.ts';
export { openPostgresDatabase, type PostgresDatabaseOptions } from './postgres/open-postgres-database.ts';
export { inspectPostgres, type PostgresFacts } from './postgres/inspect-postgres.ts';
export { type PostgresSettings } from './postgres/settings.ts';
