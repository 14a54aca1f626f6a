/**
 * The one time type of the domain: milliseconds since the epoch, UTC. Mixing naive and aware timestamps once stopped a
 * whole poll loop elsewhere; a plain number cannot be mixed up.
 */
export type Instant = number;

export function toTimestamp(instant: Instant): string {
  return new Date(instant).toISOString();
}

export function toTimestampOrNull(instant: Instant | null): string | null {
  return instant === null ? null : toTimestamp(instant);
}
