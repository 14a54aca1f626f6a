import { defineConfig } from 'vitest/config';
import { shared } from './vitest.shared.ts';

const withServers = {
  ...shared.test,
  exclude: ['**/node_modules/**', '**/dist/**'],
  testTimeout: 60_000,
  hookTimeout: 60_000,
};

/**
 * Real servers (PostgreSQL, Redis), started by the tests. Suites whose server is not installed are reported as skipped,
 * or fail when REQUIRE_SERVERS is 1.
 */
export default defineConfig({
  test: {
    // One after the other: they start and stop servers of their own, and two of those at once make both slow.
    maxWorkers: 1,
    projects: [
      { ...shared, test: { ...withServers, name: 'cluster', include: ['**/*.cluster.test.ts'] } },
      {
        ...shared,
        test: {
          ...withServers,
          // The files that `npm test` runs over memory, as they are.
          name: 'api on PostgreSQL and Redis',
          include: ['apps/server/src/http/**/*.test.ts'],
          // As in `npm test`: the files share what they have imported.
          isolate: false,
          exclude: [...withServers.exclude, '**/*.cluster.test.ts'],
          globalSetup: ['tests/cluster/start-shared-servers.ts'],
          setupFiles: ['tests/cluster/skip-without-servers.ts'],
        },
      },
    ],
  },
});
