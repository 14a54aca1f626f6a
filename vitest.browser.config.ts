import { defineConfig, mergeConfig } from 'vitest/config';
import { shared } from './vitest.shared.ts';

/** Needs Chromium. Without one the suite is reported as skipped, or fails when REQUIRE_BROWSER is 1. */
export default mergeConfig(
  { ...shared, test: { ...shared.test, exclude: ['**/node_modules/**', '**/dist/**'] } },
  defineConfig({
    test: { include: ['tests/browser/**/*.browser.test.ts'], testTimeout: 90_000, hookTimeout: 60_000 },
  }),
);
