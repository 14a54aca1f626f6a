import type { BlobStore } from '@pixsim7/core';
import { troubleOfStorage } from '@pixsim7/infra';
import { stoppedBy, works, type PartState } from './part-state.ts';
import type { Bound } from './time-bound.ts';

export async function lookAtStorage(blobs: Pick<BlobStore, 'ping'>, bound: Bound): Promise<PartState> {
  try {
    await bound(blobs.ping());
    return works;
  } catch (error) {
    return stoppedBy(troubleOfStorage(error));
  }
}

/** An object store bills each call, and a look makes three. */
const keptMs = 10_000;

/** The same look, made anew at most every 10 s while the storage works. */
export function lookSeldom(
  look: (bound: Bound) => Promise<PartState>,
  now: () => number,
): (bound: Bound) => Promise<PartState> {
  let workedAt = -Infinity;
  return async (bound) => {
    const ageMs = now() - workedAt;
    if (ageMs >= 0 && ageMs < keptMs) return works;
    const lookedAt = now();
    const state = await look(bound);
    if (state.status === 'works') workedAt = lookedAt;
    return state;
  };
}
