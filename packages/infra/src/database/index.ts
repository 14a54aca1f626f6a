/** The database port: one schema and one set of repositories, and what connects them to a PostgreSQL. */
export { openEmbeddedDatabase, type EmbeddedDatabaseOptions } from './embedded/open-embedded-database.ts';
export { EmbeddedDatabaseCreationError } from './embedded/data-folder.ts';
export { EmbeddedDatabaseLockedError } from './embedded/lock.ts';
export { DatabaseClosedError, DatabaseQueryError, NestedTransactionError } from './errors.ts';
export {
  openTestDatabase,
  type TestDatabase,
  type TestDatabaseOptions,
} from './testing/open-test-database.ts';
