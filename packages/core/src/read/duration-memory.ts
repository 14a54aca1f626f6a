import type { Instant } from '../model/index.ts';
import type { DurationSample, LikeJobs } from '../ports/index.ts';

/** The memory may be this old, because one more sample of 50 hardly moves a median. */
const freshMs = 10_000;
/** Kinds of jobs that are remembered: at 50 samples each three megabytes. */
const maxKinds = 1_000;

/**
 * The durations of the newest jobs of each kind, as this process read them last. Without it, every step of a job read the same 50
 * rows: two thirds of the time that its statements took in the database.
 */
export class DurationMemory {
  readonly #now: () => Instant;
  readonly #kinds = new Map<string, { readonly at: Instant; readonly samples: readonly DurationSample[] }>();

  constructor({ now }: { readonly now: () => Instant }) {
    this.#now = now;
  }

  /** null: not read, or too long ago. */
  recall(like: LikeJobs): readonly DurationSample[] | null {
    const known = this.#kinds.get(nameOf(like));
    if (known === undefined) {
      return null;
    }
    const age = this.#now() - known.at;
    // A clock that was set back makes it look younger than nothing.
    return age >= 0 && age < freshMs ? known.samples : null;
  }

  remember(like: LikeJobs, samples: readonly DurationSample[]): void {
    const name = nameOf(like);
    // Taken out first, so that it stands behind all others: the first one is then the one read longest ago.
    this.#kinds.delete(name);
    this.#kinds.set(name, { at: this.#now(), samples });
    const [oldest] = this.#kinds.keys();
    if (this.#kinds.size > maxKinds && oldest !== undefined) {
      this.#kinds.delete(oldest);
    }
  }
}

function nameOf({ workspaceId, providerId, durationKey, sandbox }: LikeJobs): string {
  return JSON.stringify([workspaceId, providerId, durationKey, sandbox]);
}
