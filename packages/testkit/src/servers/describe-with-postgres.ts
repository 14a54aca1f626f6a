import { afterAll, beforeAll, describe } from 'vitest';
import { requireServers } from './child-server.ts';
import { findPostgresInstallations } from './postgres-installations.ts';
import { startPostgresServer } from './postgres-server.ts';
import type { PostgresServer } from './postgres-server.ts';

/**
 * A suite on a real PostgreSQL, once per major version of this machine. Without any it is reported as skipped; with
 * `REQUIRE_SERVERS=1` it fails instead.
 *
 * @param suite gets the way to the server, which runs from before the first test to after the last one
 */
export function describeWithPostgres(name: string, suite: (server: () => PostgresServer) => void): void {
  const installations = findPostgresInstallations();
  if (installations.length === 0) {
    requireServers('postgres');
    describe.skipIf(installations.length === 0)(`${name} (no PostgreSQL here)`, () => {
      suite(noServer);
    });
    return;
  }
  describe.each(installations)(`${name} on PostgreSQL $version`, (installation) => {
    let running: PostgresServer | null = null;
    beforeAll(async () => {
      running = await startPostgresServer(installation);
    }, 60_000);
    afterAll(async () => {
      await running?.close();
    });
    suite(() => running ?? noServer());
  });
}

function noServer(): never {
  throw new Error('The server is started before the first test.');
}
