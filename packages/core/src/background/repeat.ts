import type { Logger, System } from '../ports/index.ts';
import { createRestOf } from './rest.ts';

export interface RepeatedWork {
  readonly intervalMs: number;
  /** The longest rest after failures in a row; the first is as long as the interval. */
  readonly longestRestMs: number;
  /** Logged with the error when the work fails. */
  readonly failed: string;
  /** Whether it also runs now. */
  readonly atOnce?: boolean;
  readonly work: () => Promise<unknown>;
}

/**
 * Runs work at an interval, never twice at a time. Work that fails rests, longer with each failure in a row. Returns the
 * function that stops it and waits for what runs.
 */
export function repeat(
  { system, logger }: { readonly system: System; readonly logger: Logger },
  { intervalMs, longestRestMs, failed, atOnce = false, work }: RepeatedWork,
): () => Promise<void> {
  const rest = createRestOf(system, { firstMs: intervalMs, longestMs: longestRestMs });
  let running: Promise<void> | null = null;
  const tick = (): void => {
    if (running !== null || rest.leftMs() > 0) {
      return;
    }
    running = work()
      .then(
        () => rest.noteSuccess(),
        (error: unknown) => {
          logger.error({ error, retry_in_ms: rest.noteFailure() }, failed);
        },
      )
      .finally(() => {
        running = null;
      });
  };
  const stop = system.every(intervalMs, tick);
  if (atOnce) {
    tick();
  }
  return async () => {
    stop();
    await running;
  };
}
