import type { Instant, Logger } from '@pixsim7/core';
import type { CallSequence } from './call-sequence.ts';
import { translateQueryError } from './errors.ts';

/** A person notices a page that waits this long, and on the embedded database everybody waits with it. */
export const slowQueryMilliseconds = 50;
/** The first call of a query plans it and loads what it needs: a healthy start is no reason for a warning. */
export const slowFirstQueryMilliseconds = 500;

export interface QueryWatch {
  readonly logger: Logger;
  readonly now: () => Instant;
  /** The calls take their turns in it. */
  readonly calls: CallSequence;
  /** Queries that this process has called, for all transactions of a database. */
  readonly called: Set<string>;
  /** Called with the error of each call that failed. */
  readonly onFailure: (error: unknown) => void;
}

type Call = (...values: readonly unknown[]) => Promise<unknown>;

/**
 * The same repository, but its errors are ours and its slow calls are logged. The log names the method and never the
 * values.
 */
export function watchRepository<Repository extends object>(
  name: string,
  repository: Repository,
  watch: QueryWatch,
): Repository {
  const watched: Record<string, Call> = {};
  for (const method in repository) {
    const call = repository[method] as Call;
    watched[method] = (...values) => runWatched(`${name}.${method}`, call, values, watch);
  }
  return watched as Repository;
}

async function runWatched(
  query: string,
  call: Call,
  values: readonly unknown[],
  watch: QueryWatch,
): Promise<unknown> {
  try {
    return await watch.calls.run(() => runTimed(query, call, values, watch));
  } catch (error) {
    const translated = translateQueryError(error);
    watch.onFailure(translated);
    throw translated;
  }
}

async function runTimed(
  query: string,
  call: Call,
  values: readonly unknown[],
  { logger, now, called }: QueryWatch,
): Promise<unknown> {
  const startedAt = now();
  try {
    return await call(...values);
  } finally {
    const durationMs = now() - startedAt;
    if (durationMs > (called.has(query) ? slowQueryMilliseconds : slowFirstQueryMilliseconds)) {
      logger.warn({ query, duration_ms: durationMs }, 'slow database query');
    }
    called.add(query);
  }
}
