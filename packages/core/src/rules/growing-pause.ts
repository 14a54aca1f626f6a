/** Bounds of the pause before something that failed is tried again. */
export interface PauseBounds {
  readonly firstMs: number;
  readonly longestMs: number;
}

/** Doubled with each failure in a row. @param failures how many there were, the last one included */
export function growingPauseMs({ firstMs, longestMs }: PauseBounds, failures: number): number {
  // 2 ** 30 of a millisecond are twelve days: no bound is longer, and the number stays whole.
  return Math.min(longestMs, firstMs * 2 ** Math.min(30, Math.max(0, failures - 1)));
}

/**
 * Between half of a pause and all of it, so those who failed together do not try again together.
 *
 * @param random from 0 to 1
 */
export function jitteredMs(pauseMs: number, random: number): number {
  return pauseMs * (0.5 + random / 2);
}
