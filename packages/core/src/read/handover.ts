import type { SubmissionId } from '@pixsim7/contracts';
import type { AccountRow, Instant, JobRow, SubmissionRow } from '../model/index.ts';
import type { System } from '../ports/index.ts';

/** Some 5 KB each. */
const maxKept = 1_000;
/** A step follows within milliseconds where there is room. What is older says too little about the account. */
const freshMs = 5_000;

/** The rows of an attempt as the last step of this process wrote them, for the step that follows. */
export interface HandedOver {
  readonly to: 'submit' | 'ingest';
  readonly submission: SubmissionRow;
  readonly job: JobRow;
  readonly account: AccountRow;
}

/**
 * Keeps what one step wrote for the next one, which need not read it again. The next step writes with the versions of these
 * rows, so it learns at its first write when somebody else has changed them.
 */
export class Handover {
  readonly #system: Pick<System, 'now'>;
  readonly #kept = new Map<SubmissionId, { readonly at: Instant; readonly rows: HandedOver }>();

  constructor(system: Pick<System, 'now'>) {
    this.#system = system;
  }

  put(rows: HandedOver): void {
    this.#kept.delete(rows.submission.id);
    this.#kept.set(rows.submission.id, { at: this.#system.now(), rows });
    const oldest = this.#kept.keys().next().value;
    if (this.#kept.size > maxKept && oldest !== undefined) {
      this.#kept.delete(oldest);
    }
  }

  /** Takes the rows of an attempt out; null when this process has none for this step. */
  take(to: HandedOver['to'], id: SubmissionId): HandedOver | null {
    const kept = this.#kept.get(id);
    this.#kept.delete(id);
    // Another process may have taken the step that they were for.
    if (kept?.rows.to !== to) {
      return null;
    }
    const age = this.#system.now() - kept.at;
    // A clock that was set back makes it look younger than nothing.
    return age >= 0 && age < freshMs ? kept.rows : null;
  }
}
