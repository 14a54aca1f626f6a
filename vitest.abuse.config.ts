import { defineConfig, mergeConfig } from 'vitest/config';
import { shared } from './vitest.shared.ts';

/** Real processes under hostile clients, files, disks and servers, in real time. One file at a time, because they measure. */
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
