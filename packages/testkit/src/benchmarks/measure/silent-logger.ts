import type { Logger } from '@pixsim7/core';

/** The figures are the output of a benchmark. What goes wrong shows in them, or ends it. */
export const silentLogger: Logger = { debug: nothing, info: nothing, warn: nothing, error: nothing };

function nothing(): void {
  // See above.
}
