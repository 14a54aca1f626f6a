import type { EventRow, Instant, NewEvent } from '../../model/index.ts';

export interface EventRepository {
  append(event: NewEvent): Promise<void>;
  /**
   * Gives the next sequence numbers to committed events that have none, in the order of their writing, and returns
   * them. One caller at a time, over all processes: a second one gets none.
   */
  assignSequences(limit: number): Promise<EventRow[]>;
  /** Published events after a sequence number, in order. */
  after(sequence: number, limit: number): Promise<EventRow[]>;
  /** The oldest published event that is kept; null when nothing was published yet. */
  oldestSequence(): Promise<number | null>;
  /**
   * Removes published events of before this moment, oldest first; returns how many. Never the last one, by which the next
   * ones are numbered.
   */
  removePublished(before: Instant, limit: number): Promise<number>;
  /** 0 when nothing was published yet. */
  latestSequence(): Promise<number>;
  /** When the oldest event without a number was written; null when every event has one. */
  oldestUnpublishedAt(): Promise<Instant | null>;
}
