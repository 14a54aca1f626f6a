import { RequestError } from '@pixsim7/core';

/**
 * Bounds the replies that are held open for one API key: event streams and `?wait=`. Each needs a connection, and the number
 * of connections is bounded for all keys together.
 */
export class HeldReplies {
  readonly #max: number;
  readonly #held = new Map<string, number>();

  constructor(max: number) {
    this.#max = max;
  }

  /** @returns a function to call when the reply is over @throws RequestError too_many_requests */
  hold(key: string): () => void {
    const held = this.#held.get(key) ?? 0;
    if (held >= this.#max) {
      throw new RequestError(
        'too_many_requests',
        `This API key has ${this.#max} event streams and waiting requests already; end some first.`,
        { retryable: true },
      );
    }
    this.#held.set(key, held + 1);
    let isOver = false;
    return () => {
      if (isOver) {
        return;
      }
      isOver = true;
      const left = (this.#held.get(key) ?? 1) - 1;
      if (left === 0) {
        this.#held.delete(key);
      } else {
        this.#held.set(key, left);
      }
    };
  }
}
