import { defineConfig } from 'vitest/config';
import { shared } from './vitest.shared.ts';

/** Packages whose tests open nothing: no server, no database, no timer that outlives a test. */
const openNothing = 'packages/{contracts,core,pixverse,providers}/src/**/*.test.ts';

export default defineConfig({
  test: {
    // Otherwise one processor of two stands idle.
    maxWorkers: '100%',
    projects: [
      {
        ...shared,
        // The files share a worker and what it has imported, which is five times as fast: 8 seconds instead of 41.
        test: { ...shared.test, name: 'rules', include: [openNothing], isolate: false },
      },
      {
        ...shared,
        test: {
          ...shared.test,
          name: 'parts',
          include: ['packages/*/src/**/*.test.ts', 'apps/*/src/**/*.test.ts', 'tests/**/*.test.ts'],
          exclude: [
            '**/node_modules/**',
            '**/dist/**',
            openNothing,
            // Suites of their own: real servers, real processes that are killed, and a real browser.
            '**/*.cluster.test.ts',
            '**/*.deep.test.ts',
            'tests/kill/**',
            'tests/abuse/**',
            'tests/browser/**',
            'tests/clients/**',
          ],
        },
      },
    ],
  },
});
