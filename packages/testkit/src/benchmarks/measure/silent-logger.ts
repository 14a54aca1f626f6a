import type { Logger } from '@pixsim7/core';

/** The figures are the output of a benchmark. Trouble shows in them, or ends the benchmark. */
export const silentLogger: Logger = { debug: nothing, info: nothing, warn: nothing, error: nothing };

function nothing(): void {
  // See above.
}
