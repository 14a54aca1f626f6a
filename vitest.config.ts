import { defineConfig } from 'vitest/config';
import { SlowestFiles } from './tests/support/slowest-files.ts';
import { shared } from './vitest.shared.ts';

/** Makes so much garbage that it takes twice as long among the objects that other files keep. */
const alone = 'packages/testkit/src/simulation/simulation.test.ts';

const elsewhere = [
  '**/node_modules/**',
  '**/dist/**',
  // Suites of their own: real servers, real processes that are killed, a real browser, containers, a package registry.
  '**/*.cluster.test.ts',
  '**/*.deep.test.ts',
  'tests/{abuse,browser,clients,container,kill}/**',
];

export default defineConfig({
  test: {
    // Otherwise one processor of two stands idle.
    maxWorkers: '100%',
    reporters: ['default', new SlowestFiles()],
    projects: [
      { ...shared, test: { ...shared.test, name: 'alone', include: [alone] } },
      {
        ...shared,
        test: {
          ...shared.test,
          name: 'together',
          include: ['packages/*/src/**/*.test.ts', 'apps/*/src/**/*.test.ts', 'tests/**/*.test.ts'],
          exclude: [...elsewhere, alone],
          // The files share a worker and what it has imported: importing the server anew for each would take as long as
          // its tests do. So a test closes what it opens, and changes nothing that another file would see.
          isolate: false,
        },
      },
    ],
  },
});
