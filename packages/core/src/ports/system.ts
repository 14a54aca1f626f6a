import type { Identifier, IdentifierKind } from '@pixsim7/contracts';
import type { Instant } from '../model/index.ts';

/** Time, ids and chance come in from outside, so that a test or a simulation repeats exactly. */
export interface System {
  now(): Instant;
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
