import { describeTrouble } from './trouble.ts';
import type { Trouble } from './trouble.ts';

/** A server is there and is not what PixSim7 needs. */
export class TroubleError extends Error {
  override readonly name = 'TroubleError';
  readonly code = 'server_trouble';
  readonly trouble: Trouble;

  constructor(trouble: Trouble, options?: ErrorOptions) {
    super(describeTrouble(trouble), options);
    this.trouble = trouble;
  }
}
