import { defineConfig, mergeConfig } from 'vitest/config';
import base from './vitest.config.ts';

/**
 * Real servers (PostgreSQL, Redis), started by the tests. A suite whose server is not installed is reported as skipped,
 * or fails when REQUIRE_SERVERS is 1. One file after the other: each has a server of its own.
 */
export default mergeConfig(
  { ...base, test: { ...base.test, include: [], exclude: ['**/node_modules/**', '**/dist/**'] } },
  defineConfig({ test: { include: ['**/*.cluster.test.ts'], hookTimeout: 60_000, fileParallelism: false } }),
);
