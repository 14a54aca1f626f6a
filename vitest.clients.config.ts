import { defineConfig, mergeConfig } from 'vitest/config';
import { shared } from './vitest.shared.ts';

/** Needs a package registry: it installs the generators of clients into a temporary folder. */
export default mergeConfig(
  { ...shared, test: { ...shared.test, exclude: ['**/node_modules/**', '**/dist/**'] } },
  defineConfig({
    test: { include: ['tests/clients/**/*.clients.test.ts'], testTimeout: 120_000 },
  }),
);
