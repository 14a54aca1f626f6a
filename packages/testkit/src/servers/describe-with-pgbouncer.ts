import { afterAll, beforeAll, describe } from 'vitest';
import { requireServers } from './child-server.ts';
import { describeWithPostgres } from './describe-with-postgres.ts';
import { findPgbouncer, startPgbouncer } from './pgbouncer-server.ts';
import type { PgbouncerServer, PoolMode } from './pgbouncer-server.ts';
import type { PostgresServer } from './postgres-server.ts';

export interface PooledServers {
  readonly mode: PoolMode;
  readonly postgres: () => PostgresServer;
  readonly pgbouncer: () => PgbouncerServer;
}

/**
 * A suite on a real PostgreSQL behind a real PgBouncer, once for each of its modes. Without one it is reported as skipped;
 * with `REQUIRE_SERVERS=1` it fails instead.
 */
export function describeWithPgbouncer(name: string, suite: (servers: PooledServers) => void): void {
  const missing = findPgbouncer() === null;
  if (missing) {
    requireServers('pgbouncer');
  }
  describeWithPostgres(name, (postgres) => {
    describe.skipIf(missing).each(['session', 'transaction'] as const)(
      'behind PgBouncer, %s pooling',
      (mode) => {
        let running: PgbouncerServer | null = null;
        beforeAll(async () => {
          running = await startPgbouncer(postgres(), { mode });
        }, 60_000);
        afterAll(async () => {
          await running?.close();
        });
        suite({ mode, postgres, pgbouncer: () => running ?? noServer() });
      },
    );
  });
}

function noServer(): never {
  throw new Error('PgBouncer is started before the first test.');
}
