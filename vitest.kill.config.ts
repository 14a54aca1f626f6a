import { defineConfig, mergeConfig } from 'vitest/config';
import { shared } from './vitest.shared.ts';

/**
 * Real processes and real time: minutes, not milliseconds. Two files at a time: most of the time of each is waiting, for
 * leases and timers to run out.
 */
export default mergeConfig(
  { ...shared, test: { ...shared.test, exclude: ['**/node_modules/**', '**/dist/**'] } },
  defineConfig({
    test: { include: ['tests/kill/**/*.kill.test.ts'], testTimeout: 240_000, maxWorkers: 2 },
  }),
);
