import { defineConfig } from 'vitest/config';
import base from './vitest.config.ts';

const shared = {
  ...base,
  test: {
    ...base.test,
    exclude: ['**/node_modules/**', '**/dist/**'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
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
      { ...shared, test: { ...shared.test, name: 'cluster', include: ['**/*.cluster.test.ts'] } },
      {
        ...shared,
        test: {
          ...shared.test,
          // The files that `npm test` runs over memory, as they are.
          name: 'api on PostgreSQL and Redis',
          include: ['apps/server/src/http/**/*.test.ts'],
          globalSetup: ['tests/cluster/start-shared-servers.ts'],
          setupFiles: ['tests/cluster/skip-without-servers.ts'],
        },
      },
    ],
  },
});
