import { AsyncLocalStorage } from 'node:async_hooks';

interface Activity {
  readonly name: string;
  /** The call that it waits for. */
  waitsFor: string;
  /** Answers from outside so far, with the time of each. */
  readonly learned: { readonly at: number; readonly what: string }[];
}

/** One for all: Node tells every promise to every storage that was ever used. */
const current = new AsyncLocalStorage<Activity>();

/**
 * The running steps of a process. What a step will do depends on its message and on what it has learned from outside since
 * it began, and on nothing else; so two runs in which these are equal are at the same place in the code.
 */
export class Activities {
  readonly #running = new Set<Activity>();
  readonly #background: string[] = [];

  async run<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
    const activity: Activity = { name, waitsFor: '', learned: [] };
    this.#running.add(activity);
    try {
      return await current.run(activity, work);
    } finally {
      this.#running.delete(activity);
    }
  }

  /** The step that is asking; what no step asks is asked by the resume loop. */
  get asking(): string {
    return current.getStore()?.name ?? 'resume loop';
  }

  /** Runs a call of a port, and remembers what it brought. */
  async call<Result>(port: string, now: () => number, effect: () => Promise<Result>): Promise<Result> {
    const activity = current.getStore();
    const waiting = `${this.asking} ${port}`;
    if (activity === undefined) {
      this.#background.push(waiting);
    } else {
      activity.waitsFor = port;
    }
    try {
      const result = await effect();
      activity?.learned.push({ at: now(), what: `${port} ${JSON.stringify(result) ?? ''}` });
      return result;
    } catch (error) {
      activity?.learned.push({ at: now(), what: `${port} threw ${String(error)}` });
      throw error;
    } finally {
      if (activity === undefined) {
        this.#background.splice(this.#background.indexOf(waiting), 1);
      } else {
        activity.waitsFor = '';
      }
    }
  }

  /** Forgets everything, as the memory of a dead process is. */
  clear(): void {
    this.#running.clear();
    this.#background.length = 0;
  }

  describe(now: number): string {
    const steps = [...this.#running].map(({ name, waitsFor, learned }) => {
      const known = learned.map(({ at, what }) => `${at - now} ${what}`).join(', ');
      return `${name} ${waitsFor}: ${known}`;
    });
    return [...steps.sort(), ...this.#background.toSorted()].join('\n');
  }
}
