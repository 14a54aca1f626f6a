import type { BlobStore } from '@pixsim7/core';
import { troubleOfStorage } from '@pixsim7/infra';
import { stoppedBy, works } from './part-state.ts';
import type { PartState } from './part-state.ts';
import type { Bound } from './time-bound.ts';

export async function lookAtStorage(blobs: Pick<BlobStore, 'ping'>, bound: Bound): Promise<PartState> {
  try {
    await bound(blobs.ping());
    return works;
  } catch (error) {
    return stoppedBy(troubleOfStorage(error));
  }
}

/**
 * An object store bills each call, and a look makes three: 50,000 a day, about 0.1 dollars. Shorter than the 5 s between
 * two looks of the watch, so a refusal is noticed within 10 s: 5 s until the look and 2 s for its answer.
 */
const keptMs = 4_000;

/** The same look, made again at most every 4 s while the storage works. */
export function lookSeldom(
  look: (bound: Bound) => Promise<PartState>,
  now: () => number,
): (bound: Bound) => Promise<PartState> {
  let workedAt = -Infinity;
  return async (bound) => {
    const ageMs = now() - workedAt;
    if (ageMs >= 0 && ageMs < keptMs) {
      return works;
    }
    const lookedAt = now();
    const state = await look(bound);
    if (state.status === 'works') {
      workedAt = lookedAt;
    }
    return state;
  };
}
