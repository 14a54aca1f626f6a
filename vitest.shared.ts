import type { ViteUserConfig } from 'vitest/config';

// Packages are tested from their sources: the condition below is what their `exports` name for it, so a test run needs
// no build and never sees a stale one.
const sourceCondition = '@pixsim7/source';

/** What all suites have in common. */
export const shared = {
  resolve: { conditions: [sourceCondition] },
  ssr: { resolve: { conditions: [sourceCondition] } },
  test: {
    environment: 'node',
    testTimeout: 60_000,
    hookTimeout: 90_000,
    pool: 'threads',
  },
} satisfies ViteUserConfig;
