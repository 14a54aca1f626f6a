import { defineConfig, mergeConfig } from 'vitest/config';
import base from './vitest.config.ts';

/** Real processes and real time: minutes, not milliseconds, and one file after the other. */
export default mergeConfig(
  { ...base, test: { ...base.test, include: [], exclude: ['**/node_modules/**', '**/dist/**'] } },
  defineConfig({
    test: { include: ['tests/kill/**/*.kill.test.ts'], testTimeout: 240_000, fileParallelism: false },
  }),
);
