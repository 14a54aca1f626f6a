import type { Instant, Logger } from '@pixsim7/core';
import { troubleOfRedis } from './redis-trouble.ts';

/** An outage of a minute would otherwise write a line for every offer and every try of every connection. */
const quietMs = 10_000;

export interface OutageLog {
  /** Logs a warning; the same message again within 10 s is counted and told with the next one. */
  report(message: string, reason: unknown, fields?: Record<string, unknown>): void;
}

export function createOutageLog(logger: Logger, now: () => Instant): OutageLog {
  const byMessage = new Map<string, { quietUntil: Instant; heldBack: number }>();
  return {
    report: (message, reason, fields = {}) => {
      const entry = byMessage.get(message) ?? { quietUntil: -Infinity, heldBack: 0 };
      byMessage.set(message, entry);
      if (now() < entry.quietUntil) {
        entry.heldBack += 1;
        return;
      }
      logger.warn({ ...fields, ...describe(reason), heldBack: entry.heldBack }, message);
      entry.quietUntil = now() + quietMs;
      entry.heldBack = 0;
    },
  };
}

/** Only the text: an error of the Redis client carries the command that failed, and that of a login has the password. */
function describe(reason: unknown): Record<string, unknown> {
  if (!(reason instanceof Error)) {
    return { reason: String(reason) };
  }
  const trouble = troubleOfRedis(reason);
  return { code: trouble.code, reason: trouble.reason };
}
