import { defineConfig } from 'vitest/config';
import { shared } from './vitest.shared.ts';

/** Suites of their own: real servers, real processes that are killed, and a real browser. */
const otherSuites = [
  '**/node_modules/**',
  '**/dist/**',
  '**/*.cluster.test.ts',
  'tests/kill/**',
  'tests/browser/**',
];

/** Hours of fake time would also pass for whatever else a shared worker still has open. */
const fakeTime = ['packages/infra/src/queue/in-process-step-queue.test.ts'];

export default defineConfig({
  test: {
    // Otherwise one processor of two stands idle.
    maxWorkers: '100%',
    projects: [
      {
        ...shared,
        test: {
          ...shared.test,
          name: 'tests',
          include: ['packages/*/src/**/*.test.ts', 'apps/*/src/**/*.test.ts', 'tests/**/*.test.ts'],
          exclude: [...otherSuites, ...fakeTime],
        },
      },
      { ...shared, test: { ...shared.test, name: 'fake time', include: fakeTime, isolate: true } },
    ],
  },
});
