import type { Identifier, IdentifierKind } from '@pixsim7/contracts';
import type { Instant } from '../model/index.ts';
import type { ClockReading } from './database/index.ts';

/** Time, ids and chance come in from outside, so a test or a simulation repeats exactly. */
export interface System {
  /**
   * The time of the installation. It never goes back, whatever somebody does to the clock of the machine, so intervals
   * and due times can be measured with it.
   */
  now(): Instant;
  /** The clock of the machine. Only for times that come from outside, such as a start time that a user chose. */
  wallTime(): Instant;
  /** Brings `now` in line with the other processes of the installation and with earlier runs of this one. */
  keepTime(reading: ClockReading): void;
  /** Whether `now` has jumped forward since the mark of the installation's clock was last moved past that jump. */
  hasJumped(): boolean;
  createId<Kind extends IdentifierKind>(kind: Kind): Identifier<Kind>;
  /** A random UUID, for idempotency tokens. */
  createUuid(): string;
  /** Calls a function at an interval until the returned function is called. */
  every(intervalMs: number, call: () => void): () => void;
}

/** Fields first, then the sentence. A logger never throws. */
export interface Logger {
  debug(fields: Record<string, unknown>, message: string): void;
  info(fields: Record<string, unknown>, message: string): void;
  warn(fields: Record<string, unknown>, message: string): void;
  error(fields: Record<string, unknown>, message: string): void;
}
