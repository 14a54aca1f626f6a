import type { Event, WorkspaceId } from '@pixsim7/contracts';
import { createRestOf } from '../background/rest.ts';
import type { Rest } from '../background/rest.ts';
import type { CoreDependencies } from '../dependencies.ts';
import { after } from '../limits/after.ts';
import { toTimestamp } from '../model/index.ts';
import type { EventRow, Instant } from '../model/index.ts';

const batchSize = 500;
/** Events that nobody announced, e.g. of a commit just before a crash, are published at the next tick. */
const tickMs = 2_000;
/** Commits and signals of other processes come by the hundred; a database that fails is not asked at each of them. */
const restBounds = { firstMs: 1_000, longestMs: 8_000 };

/** An event, and whose it is. Only callers of that workspace may be told. */
export interface PublishedEvent {
  readonly workspaceId: WorkspaceId;
  readonly event: Event;
}

type EventLogDependencies = Pick<
  CoreDependencies,
  'database' | 'system' | 'logger' | 'eventSignal' | 'publishGapMs'
>;

/**
 * Publishes the outbox. Sequence numbers are given after the commit, by one publisher at a time, so a reader which
 * goes by the number can never skip an event that committed late.
 */
export class EventLog {
  readonly #dependencies: EventLogDependencies;
  readonly #listeners = new Set<(published: PublishedEvent) => void>();
  readonly #rest: Rest;
  /** The last event that the listeners of this process heard; null until the first look. */
  #told: number | null = null;
  #publications: Promise<void> = Promise.resolve();
  #publishing: Promise<void> | null = null;
  #announcedMeanwhile = false;
  #publishedAt: Instant = -Infinity;
  /** Ends the wait for the next publication; null while nothing waits. */
  #endGap: (() => void) | null = null;
  /** Whether there may be events without a number. What another process announces has one. */
  #unnumbered = true;
  #stops: (() => void)[] = [];

  constructor(dependencies: EventLogDependencies) {
    this.#dependencies = dependencies;
    this.#rest = createRestOf(dependencies.system, restBounds);
  }

  start(): void {
    const { database, eventSignal, system } = this.#dependencies;
    this.#stops = [
      database.onEvents(() => this.#announceUnnumbered()),
      system.every(tickMs, () => this.#announceUnnumbered()),
      eventSignal?.listen(() => this.#announce()) ?? (() => undefined),
    ];
    this.#announce();
  }

  /** Stops and waits for the publication that runs. */
  async stop(): Promise<void> {
    for (const stop of this.#stops) {
      stop();
    }
    this.#stops = [];
    if (this.#endGap !== null) {
      this.#endGap();
      this.#startPublication();
    }
    // More than one, when something was announced while the first one ran.
    while (this.#publishing !== null) {
      await this.#publishing;
    }
  }

  /** Hears every event from now on, whichever process published it, in order. For replay use `after`. */
  subscribe(listener: (published: PublishedEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Published events after a sequence number, oldest first. */
  async after(sequence: number, limit = batchSize): Promise<PublishedEvent[]> {
    const rows = await this.#dependencies.database.transaction((transaction) =>
      transaction.events.after(sequence, limit),
    );
    return rows.map(toPublished);
  }

  async latestSequence(): Promise<number> {
    return this.#dependencies.database.transaction((transaction) => transaction.events.latestSequence());
  }

  /** Numbers what is committed and has no number yet, and tells the listeners what they have not heard. */
  publish(): Promise<void> {
    this.#unnumbered = true;
    return this.#publishNext();
  }

  #publishNext(): Promise<void> {
    // One after the other: two that tell at once would tell twice.
    const publication = this.#publications.then(() => this.#publish());
    this.#publications = publication.catch(() => undefined);
    return publication;
  }

  async #publish(): Promise<void> {
    this.#told ??= await this.latestSequence();
    if (this.#unnumbered && (await this.#number(this.#told))) {
      return;
    }
    for (let heard = batchSize; heard === batchSize;) {
      const events = await this.after(this.#told);
      this.#tellAll(events);
      heard = events.length;
    }
  }

  /**
   * Numbers the outbox, and tells what it numbered where that follows what was told last.
   *
   * @returns whether it told all that there is; otherwise another process numbered events too
   */
  async #number(told: number): Promise<boolean> {
    const { database, eventSignal } = this.#dependencies;
    this.#unnumbered = false;
    let last = told;
    let isAll = false;
    try {
      for (let numbered = batchSize; numbered === batchSize;) {
        const rows = await database.transaction((transaction) =>
          transaction.events.assignSequences(batchSize),
        );
        numbered = rows.length;
        if (numbered > 0) {
          eventSignal?.announce();
        }
        isAll = rows[0]?.sequence === last + 1;
        if (isAll) {
          this.#tellAll(rows.map(toPublished));
          last += numbered;
        }
      }
    } catch (error) {
      this.#unnumbered = true;
      throw error;
    }
    return isAll;
  }

  #announceUnnumbered(): void {
    this.#unnumbered = true;
    this.#announce();
  }

  #announce(): void {
    if (this.#publishing !== null) {
      this.#announcedMeanwhile = true;
      return;
    }
    if (this.#rest.leftMs() > 0 || this.#endGap !== null) {
      return;
    }
    const waitMs = this.#gapLeftMs();
    if (waitMs === 0) {
      this.#startPublication();
      return;
    }
    const cancel = after(this.#dependencies.system, waitMs, () => {
      this.#endGap = null;
      this.#startPublication();
    });
    this.#endGap = () => {
      this.#endGap = null;
      cancel();
    };
  }

  /** While jobs run there is a commit every few milliseconds. Those of a moment are published together. */
  #gapLeftMs(): number {
    const { publishGapMs = 0, system } = this.#dependencies;
    // A stopped log has nobody to wait for.
    if (this.#stops.length === 0) {
      return 0;
    }
    return Math.min(Math.max(this.#publishedAt + publishGapMs - system.now(), 0), publishGapMs);
  }

  #startPublication(): void {
    this.#publishing = this.#publishNext()
      .then(
        () => this.#rest.noteSuccess(),
        (error: unknown) => {
          const retryInMs = this.#rest.noteFailure();
          this.#dependencies.logger.error({ error, retry_in_ms: retryInMs }, 'events not published');
        },
      )
      .finally(() => {
        this.#publishing = null;
        this.#publishedAt = this.#dependencies.system.now();
        if (!this.#announcedMeanwhile) {
          return;
        }
        this.#announcedMeanwhile = false;
        this.#announce();
      });
  }

  #tellAll(events: readonly PublishedEvent[]): void {
    for (const published of events) {
      this.#tell(published);
    }
    this.#told = events.at(-1)?.event.sequence ?? this.#told;
  }

  #tell(published: PublishedEvent): void {
    for (const listener of this.#listeners) {
      try {
        listener(published);
      } catch (error) {
        this.#dependencies.logger.error({ error }, 'event listener failed');
      }
    }
  }
}

function toPublished(row: EventRow): PublishedEvent {
  return { workspaceId: row.workspaceId, event: viewEvent(row) };
}

function viewEvent(row: EventRow): Event {
  return {
    id: row.id,
    object: 'event',
    type: row.type,
    sequence: row.sequence,
    created_at: toTimestamp(row.createdAt),
    data: row.data,
    // The row does not say that type and data belong together; the functions that write events do.
  } as Event;
}
