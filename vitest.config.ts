import { defineConfig } from 'vitest/config';
import { SlowestFiles } from './tests/support/slowest-files.ts';
import { shared } from './vitest.shared.ts';

export default defineConfig({
  ...shared,
  test: {
    ...shared.test,
    include: ['packages/*/src/**/*.test.ts', 'apps/*/src/**/*.test.ts', 'tests/**/*.test.ts'],
    exclude: [
      '**/node_modules/**',
      '**/dist/**',
      // Suites of their own: real servers, real processes that are killed, a real browser, a package registry.
      '**/*.cluster.test.ts',
      '**/*.deep.test.ts',
      'tests/kill/**',
      'tests/abuse/**',
      'tests/browser/**',
      'tests/clients/**',
      'tests/container/**',
    ],
    // The files share a worker and what it has imported: importing the server anew for each would take as long as its
    // tests do. So a test closes what it opens, and changes nothing that another file would see.
    isolate: false,
    // Otherwise one processor of two stands idle.
    maxWorkers: '100%',
    reporters: ['default', new SlowestFiles()],
  },
});
