import type { ClientConfig } from 'pg';
import type { PostgresSettings } from './settings.ts';

/**
 * How every connection of this program is made: those of the pool, of the migrations and of doctor, so that what one of
 * them can do the others can too.
 *
 * It sets no parameter of the session (`statement_timeout` and the like): PgBouncer refuses them at the start of a
 * connection, and under transaction pooling they would reach whoever has the connection next. They are set in each
 * transaction instead, by `beginStatement`.
 */
export function clientConfig(url: string, settings: PostgresSettings): ClientConfig {
  return {
    connectionString: url,
    application_name: settings.applicationName,
    connectionTimeoutMillis: settings.connectTimeoutMs,
    keepAlive: true,
  };
}
