import { defineConfig, mergeConfig } from 'vitest/config';
import { shared } from './vitest.shared.ts';

/** Real processes that are treated badly, in real time. One file at a time: they measure. */
export default mergeConfig(
  { ...shared, test: { ...shared.test, exclude: ['**/node_modules/**', '**/dist/**'] } },
  defineConfig({
    test: {
      include: ['tests/abuse/**/*.abuse.test.ts'],
      testTimeout: 900_000,
      hookTimeout: 600_000,
      maxWorkers: 1,
    },
  }),
);
