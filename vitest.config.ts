import { defineConfig } from 'vitest/config';
import { SlowestFiles } from './tests/support/slowest-files.ts';
import { shared } from './vitest.shared.ts';

/** Packages whose tests open nothing: no server, no database, no timer that outlives a test. */
const openNothing = 'packages/{contracts,core,pixverse,providers}/src/**/*.test.ts';

/** Packages whose tests close what they open, and change nothing that another file in the same worker would see. */
const closeAll = [
  'packages/{emulators,testkit}/src/**/*.test.ts',
  'tests/{architecture,docs,fourth-provider}/*.test.ts',
];
const ownSuites = [
  '**/node_modules/**',
  '**/dist/**',
  // Suites of their own: real servers, real processes that are killed, a real browser, a package registry.
  '**/*.cluster.test.ts',
  '**/*.deep.test.ts',
  'tests/kill/**',
  'tests/abuse/**',
  'tests/browser/**',
  'tests/clients/**',
];

export default defineConfig({
  test: {
    // Otherwise one processor of two stands idle.
    maxWorkers: '100%',
    reporters: ['default', new SlowestFiles()],
    projects: [
      {
        ...shared,
        // The files share a worker and what it has imported, which is five times as fast: 8 seconds instead of 41.
        test: { ...shared.test, name: 'rules', include: [openNothing], isolate: false },
      },
      {
        ...shared,
        test: { ...shared.test, name: 'stand-ins', include: closeAll, exclude: ownSuites, isolate: false },
      },
      {
        ...shared,
        test: {
          ...shared.test,
          name: 'parts',
          include: ['packages/*/src/**/*.test.ts', 'apps/*/src/**/*.test.ts', 'tests/**/*.test.ts'],
          exclude: [...ownSuites, openNothing, ...closeAll],
        },
      },
    ],
  },
});
