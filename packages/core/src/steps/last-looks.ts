import type { SubmissionId } from '@pixsim7/contracts';
import type { Instant } from '../model/index.ts';

/** Some 100 bytes each: 2 MB, for more attempts than one process checks within their usual time. */
const maxRemembered = 20_000;

/**
 * The times at which this process last saw each running attempt unfinished. A look without news writes nothing, so only
 * memory knows; the look that sees the end writes it down with the end. A time that was forgotten, or that another process
 * has, makes the lesson of that one attempt less exact, and nothing else.
 */
export class LastLooks {
  readonly #seenAt = new Map<SubmissionId, Instant>();

  note(id: SubmissionId, at: Instant): void {
    // In the order of the looks, so that the one to go is the one that was asked about longest ago.
    this.#seenAt.delete(id);
    this.#seenAt.set(id, at);
    const oldest = this.#seenAt.keys().next().value;
    if (this.#seenAt.size > maxRemembered && oldest !== undefined) {
      this.#seenAt.delete(oldest);
    }
  }

  /** Forgets the time and says it; null when this process has not looked. */
  take(id: SubmissionId): Instant | null {
    const at = this.#seenAt.get(id) ?? null;
    this.#seenAt.delete(id);
    return at;
  }
}
