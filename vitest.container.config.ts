import { defineConfig, mergeConfig } from 'vitest/config';
import { shared } from './vitest.shared.ts';

/**
 * Builds and runs the image. One engine and one image for all files, made in `globalSetup`; one file at a time, because they
 * measure. Without an engine the suite is reported as skipped, or fails when REQUIRE_CONTAINER is 1.
 */
export default mergeConfig(
  { ...shared, test: { ...shared.test, exclude: ['**/node_modules/**', '**/dist/**'] } },
  defineConfig({
    test: {
      include: ['tests/container/**/*.container.test.ts'],
      globalSetup: ['tests/container/set-up.ts'],
      testTimeout: 180_000,
      hookTimeout: 180_000,
      fileParallelism: false,
    },
  }),
);
