import type { Instant } from '../model/index.ts';

const dayMs = 24 * 3_600_000;

/** Retention of records that nobody needs forever. An operator sets it, in days. */
export interface RetentionDays {
  /** Published events: how far back a stream can be resumed. */
  readonly events: number;
  /** Days to keep the answers of providers and the reasons of choices, from the end of the job. */
  readonly details: number;
}

/**
 * Newest observations that an attempt keeps. A generation goes through three to five states; more is a provider that
 * changes its mind, or lies.
 */
export const maxObservations = 50;

/** The moments before which something is forgotten. */
export interface RetentionLimits {
  readonly events: Instant;
  readonly details: Instant;
  readonly deliveries: Instant;
  readonly readings: Instant;
  /** Settlements from before it are folded into one sum for each account. */
  readonly settlements: Instant;
}

/** Repeats come within hours; a delivery is remembered for longer than any provider repeats it. */
const deliveryDays = 7;
/** Afterwards one reading a day is kept: 365 a year instead of 50,000. */
const readingDays = 7;
/** The longest transaction ends within seconds; a line of the ledger that is this old has no other one still to come before it. */
const settledMs = 10 * 60_000;

export function retentionLimits(now: Instant, { events, details }: RetentionDays): RetentionLimits {
  return {
    events: now - events * dayMs,
    details: now - details * dayMs,
    deliveries: now - deliveryDays * dayMs,
    readings: now - readingDays * dayMs,
    settlements: now - settledMs,
  };
}
