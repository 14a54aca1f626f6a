import { defineConfig, mergeConfig } from 'vitest/config';
import { shared } from './vitest.shared.ts';

/** What needs minutes of a processor and nothing else: the histories after those of `npm test`, every planted mistake, and the explorer. */
export default mergeConfig(
  { ...shared, test: { ...shared.test, exclude: ['**/node_modules/**', '**/dist/**'] } },
  defineConfig({
    test: { include: ['packages/testkit/src/**/*.deep.test.ts'], testTimeout: 300_000, maxWorkers: '100%' },
  }),
);
