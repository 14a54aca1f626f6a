interface Waiting {
  readonly bytes: number;
  readonly admit: () => void;
}

/**
 * How many bytes of large bodies a process holds at once. Each is copied a few times while it becomes a job, so six bodies
 * of 32 MB at once would take more than half a gigabyte. Who finds no room waits in line without being read.
 */
export class BodyBudget {
  #free: number;
  readonly #line: Waiting[] = [];

  /** @param bytes at least as much as the largest body, or that one would never be admitted */
  constructor(bytes: number) {
    this.#free = bytes;
  }

  /**
   * Waits for room, in the order of arrival.
   *
   * @param givenUp ends the waiting
   * @returns what gives the room back; null when the waiting was given up
   */
  async take(bytes: number, givenUp: AbortSignal): Promise<(() => void) | null> {
    if (this.#line.length === 0 && bytes <= this.#free) {
      this.#free -= bytes;
    } else if (!(await this.#waitInLine(bytes, givenUp))) {
      return null;
    }
    let isGivenBack = false;
    return () => {
      if (isGivenBack) return;
      isGivenBack = true;
      this.#free += bytes;
      this.#admit();
    };
  }

  async #waitInLine(bytes: number, givenUp: AbortSignal): Promise<boolean> {
    if (givenUp.aborted) return false;
    return new Promise((resolve) => {
      const leave = (): void => {
        this.#line.splice(this.#line.indexOf(waiting), 1);
        resolve(false);
        // Who stood behind may fit in although this one did not.
        this.#admit();
      };
      const waiting: Waiting = {
        bytes,
        admit: () => {
          givenUp.removeEventListener('abort', leave);
          resolve(true);
        },
      };
      givenUp.addEventListener('abort', leave, { once: true });
      this.#line.push(waiting);
    });
  }

  #admit(): void {
    for (let next = this.#line[0]; next !== undefined && next.bytes <= this.#free; next = this.#line[0]) {
      this.#line.shift();
      this.#free -= next.bytes;
      next.admit();
    }
  }
}
