import type { Logger } from '@pixsim7/core';

/** What has to be closed, closed in the opposite order of its opening. One failure does not keep the rest open. */
export class Cleanup {
  readonly #logger: Logger;
  readonly #steps: { readonly name: string; readonly close: (graceMs: number) => Promise<void> }[] = [];
  #running: Promise<void> | null = null;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  add(name: string, close: (graceMs: number) => Promise<void>): void {
    this.#steps.push({ name, close });
  }

  /** Closes everything once; a second call waits for the first. */
  run(graceMs = 0): Promise<void> {
    this.#running ??= this.#close(graceMs);
    return this.#running;
  }

  async #close(graceMs: number): Promise<void> {
    for (const { name, close } of this.#steps.toReversed()) {
      try {
        await close(graceMs);
      } catch (error) {
        this.#logger.error({ error, part: name }, 'not closed cleanly');
      }
    }
  }
}
