import { RequestError } from '@pixsim7/core';

/**
 * Counts the replies that are held open for each API key: event streams and `?wait=`. Each takes a connection, and
 * connections are bounded for all keys together.
 */
export class HeldReplies {
  readonly #most: number;
  readonly #held = new Map<string, number>();

  constructor(most: number) {
    this.#most = most;
  }

  /** @returns what says that the reply is over @throws RequestError too_many_requests */
  hold(key: string): () => void {
    const held = this.#held.get(key) ?? 0;
    if (held >= this.#most) {
      throw new RequestError(
        'too_many_requests',
        `This API key has ${this.#most} event streams and waiting requests already; end some first.`,
        { retryable: true },
      );
    }
    this.#held.set(key, held + 1);
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      const left = (this.#held.get(key) ?? 1) - 1;
      if (left === 0) this.#held.delete(key);
      else this.#held.set(key, left);
    };
  }
}
