import type { Instant } from '../../model/index.ts';

/** The time of an installation, as its database keeps it. */
export interface ClockReading {
  /** The clock of the machine that the database runs on. */
  readonly databaseTime: Instant;
  /** The latest time that any process of the installation has worked with. */
  readonly mark: Instant;
}

export interface ClockRepository {
  /**
   * Moves the mark forward to a time, or only reads it. A mark more than a day ahead of the database's own clock was set
   * by a wrong clock and gives way.
   */
  advance(to: Instant | null): Promise<ClockReading>;
}
