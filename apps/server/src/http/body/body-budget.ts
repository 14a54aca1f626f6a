interface Waiting {
  readonly bytes: number;
  readonly admit: () => void;
}

/**
 * Bounds the bytes of large bodies that a process holds at once. Each is copied a few times while it becomes a job, so six
 * bodies of 32 MB would take more than half a gigabyte. A body that does not fit waits unread, in the order of arrival.
 */
export class BodyBudget {
  #free: number;
  readonly #line: Waiting[] = [];

  /** @param bytes at least the size of the largest body, which would otherwise never be admitted */
  constructor(bytes: number) {
    this.#free = bytes;
  }

  /**
   * Waits for room.
   *
   * @param givenUp ends the wait
   * @returns a function that gives the room back; null when the wait was given up
   */
  async take(bytes: number, givenUp: AbortSignal): Promise<(() => void) | null> {
    if (this.#line.length === 0 && bytes <= this.#free) {
      this.#free -= bytes;
    } else if (!(await this.#waitInLine(bytes, givenUp))) {
      return null;
    }
    let isGivenBack = false;
    return () => {
      if (isGivenBack) {
        return;
      }
      isGivenBack = true;
      this.#free += bytes;
      this.#admit();
    };
  }

  async #waitInLine(bytes: number, givenUp: AbortSignal): Promise<boolean> {
    if (givenUp.aborted) {
      return false;
    }
    return new Promise((resolve) => {
      const leave = (): void => {
        this.#line.splice(this.#line.indexOf(waiting), 1);
        resolve(false);
        // A smaller body behind it may fit.
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
