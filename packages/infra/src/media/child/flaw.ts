import type { MediaFlaw } from '@pixsim7/core';

/** Why a file cannot be read, thrown inside the child. The message is a sentence for people. */
export class Flaw extends Error {
  override readonly name = 'Flaw';
  readonly flaw: MediaFlaw;

  constructor(flaw: MediaFlaw, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.flaw = flaw;
  }
}
