import type { Logger } from '@pixsim7/core';

/**
 * For everything to close after the running steps have ended: connections that nobody answers on take seconds each. With
 * the 20 s of the steps it stays below the 30 s after which a service manager kills.
 */
const closingMs = 6_000;

/** Closes parts in the opposite order of their opening. One failure does not keep the rest open. */
export class Cleanup {
  readonly #logger: Logger;
  readonly #closingMs: number;
  readonly #steps: { readonly name: string; readonly close: (graceMs: number) => Promise<void> }[] = [];
  #running: Promise<void> | null = null;

  /** @param boundMs for everything beyond the grace of `run` */
  constructor(logger: Logger, boundMs = closingMs) {
    this.#logger = logger;
    this.#closingMs = boundMs;
  }

  add(name: string, close: (graceMs: number) => Promise<void>): void {
    this.#steps.push({ name, close });
  }

  /**
   * Closes everything once; a second call waits for the first. Ends in time whatever hangs: what is not closed by then is
   * logged and left.
   */
  run(graceMs = 0): Promise<void> {
    this.#running ??= this.#close(graceMs);
    return this.#running;
  }

  async #close(graceMs: number): Promise<void> {
    const endsAt = performance.now() + graceMs + this.#closingMs;
    for (const { name, close } of this.#steps.toReversed()) {
      try {
        const inTime = await endedWithin(endsAt - performance.now(), close(graceMs));
        if (!inTime) {
          this.#logger.warn({ part: name }, 'not closed in time');
        }
      } catch (error) {
        this.#logger.error({ error, part: name }, 'not closed cleanly');
      }
    }
  }
}

/** False when the time came first. */
async function endedWithin(ms: number, work: Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), Math.max(0, ms));
  });
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}
