import { defineConfig, mergeConfig } from 'vitest/config';
import { shared } from './vitest.shared.ts';

/** Hostile clients against a real server process. One file at a time, because they measure. */
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
