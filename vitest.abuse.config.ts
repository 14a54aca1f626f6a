import { defineConfig, mergeConfig } from 'vitest/config';
import { shared } from './vitest.shared.ts';

/** Real processes under what nobody should do to them, one file after the other: they measure, and share a machine. */
export default mergeConfig(
  { ...shared, test: { ...shared.test, exclude: ['**/node_modules/**', '**/dist/**'] } },
  defineConfig({
    test: {
      include: ['tests/abuse/**/*.abuse.test.ts'],
      testTimeout: 600_000,
      hookTimeout: 120_000,
      maxWorkers: 1,
    },
  }),
);
