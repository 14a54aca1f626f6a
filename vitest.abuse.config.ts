import { defineConfig, mergeConfig } from 'vitest/config';
import { shared } from './vitest.shared.ts';

/** The real server process under hardship: full disks, too few files, kills in the middle. One file at a time. */
export default mergeConfig(
  { ...shared, test: { ...shared.test, exclude: ['**/node_modules/**', '**/dist/**'] } },
  defineConfig({
    test: {
      include: ['tests/abuse/**/*.abuse.test.ts'],
      testTimeout: 300_000,
      hookTimeout: 120_000,
      maxWorkers: 1,
    },
  }),
);
