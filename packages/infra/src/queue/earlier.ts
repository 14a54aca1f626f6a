import type { Instant } from '@pixsim7/core';

/** The earlier of two moments, each of which may be never. */
export function earlier(first: Instant | null, second: Instant | null): Instant | null {
  if (first === null || second === null) {
    return first ?? second;
  }
  return Math.min(first, second);
}
