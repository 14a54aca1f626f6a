import { AsyncLocalStorage } from 'node:async_hooks';

interface Activity {
  readonly name: string;
  /** What it has learned from outside so far, with the time of each. */
  readonly learned: { readonly at: number; readonly what: string }[];
}

/**
 * The running steps of a process. What a step will do depends on its message and on what it has learned from outside since
 * it began, and on nothing else; so two runs in which these are equal are at the same place in the code.
 */
export class Activities {
  readonly #current = new AsyncLocalStorage<Activity>();
  readonly #running = new Set<Activity>();

  async run<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
    const activity: Activity = { name, learned: [] };
    this.#running.add(activity);
    try {
      return await this.#current.run(activity, work);
    } finally {
      this.#running.delete(activity);
    }
  }

  learn(at: number, what: string): void {
    this.#current.getStore()?.learned.push({ at, what });
  }

  /** Forgets everything, as the memory of a dead process is. */
  clear(): void {
    this.#running.clear();
  }

  describe(now: number): string {
    return [...this.#running]
      .map(({ name, learned }) => `${name}: ${learned.map(({ at, what }) => `${at - now} ${what}`).join(', ')}`)
      .sort()
      .join('\n');
  }
}
