import { setImmediate } from 'node:timers/promises';

/**
 * Decoders give their memory back when their handles are collected, and do so in the round after the collection. A child is
 * started with `--expose-gc`; without it this only waits a moment.
 */
export async function giveBackMemory(): Promise<void> {
  for (let round = 0; round < 2; round += 1) {
    globalThis.gc?.();
    await setImmediate();
  }
}
