import { defineConfig } from 'vitest/config';

// Packages are tested from their sources: the condition below is what their `exports` name for it, so a test run needs
// no build and never sees a stale one.
const sourceCondition = '@pixsim7/source';

export default defineConfig({
  resolve: { conditions: [sourceCondition] },
  ssr: { resolve: { conditions: [sourceCondition] } },
  test: {
    include: ['packages/*/src/**/*.test.ts', 'apps/*/src/**/*.test.ts', 'tests/**/*.test.ts'],
    // Suites of their own: real servers, real processes that are killed, and a real browser.
    exclude: [
      '**/node_modules/**',
      '**/dist/**',
      '**/*.cluster.test.ts',
      'tests/kill/**',
      'tests/browser/**',
    ],
    environment: 'node',
    // Files share a worker and what it has imported: a fresh process per file took 33 of the 40 seconds of the packages
    // without servers. A test that changes something global puts it back.
    pool: 'threads',
    isolate: false,
    testTimeout: 20_000,
    hookTimeout: 30_000,
  },
});
