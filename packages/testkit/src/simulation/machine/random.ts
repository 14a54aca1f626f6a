/**
 * A seeded generator (sfc32, by Chris Doty-Humphrey, public domain): the same seed gives the same history on every
 * machine. Not for secrets.
 */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(seed: number) {
    this.#a = 0x9e3779b9;
    this.#b = 0x243f6a88;
    this.#c = seed | 0;
    // The first outputs of neighbouring seeds are alike; twelve rounds part them.
    for (let round = 0; round < 12; round += 1) {
      this.#next();
    }
  }

  /** From 0 inclusive to 1 exclusive. */
  fraction(): number {
    return this.#next() / 0x1_0000_0000;
  }

  /** Both bounds included. */
  integer(minimum: number, maximum: number): number {
    return minimum + Math.floor(this.fraction() * (maximum - minimum + 1));
  }

  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  /** A place in a list, from 0. An explorer takes each of them once. */
  place(length: number): number {
    return this.integer(0, length - 1);
  }

  /** @throws RangeError when there is nothing to pick from */
  pick<Item>(items: readonly Item[]): Item {
    const item = items[this.place(items.length)];
    if (item === undefined) {
      throw new RangeError('There is nothing to pick from.');
    }
    return item;
  }

  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.#next() & 0xff);
  }

  /** A generator of its own, so that more draws in one part of the world do not shift those of another. */
  fork(): Random {
    return new Random(this.#next());
  }

  #next(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum;
    this.#c |= 0;
    return sum >>> 0;
  }
}
