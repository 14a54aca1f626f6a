import type { System } from '../ports/index.ts';

/** Calls once after the delay, in milliseconds. Returns the function that calls it off. */
export function after(system: Pick<System, 'every'>, delayMs: number, call: () => void): () => void {
  const stop = system.every(delayMs, () => {
    stop();
    call();
  });
  return stop;
}
