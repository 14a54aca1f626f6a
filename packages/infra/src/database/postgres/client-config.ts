import type { ClientConfig } from 'pg';
import type { PostgresSettings } from './settings.ts';

/**
 * The settings of every connection of this program: pool, migrations and doctor connect alike, so if one of them works,
 * all do.
 *
 * It sets no parameter of the session (`statement_timeout` and the like): PgBouncer refuses them at the start of a
 * connection, and under transaction pooling they would reach the next user of the connection. They are set in each
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
