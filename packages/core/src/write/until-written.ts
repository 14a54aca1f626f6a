import type { CoreDependencies } from '../dependencies.ts';
import { StaleRowError, UniqueViolationError } from '../ports/index.ts';
import { IllegalTransitionError } from '../rules/transitions.ts';

const firstPauseMs = 1_000;
const longestPauseMs = 30_000;

/**
 * Writes down what cannot be asked for again, such as the id of a paid generation: while the database cannot write, because
 * its disk is full or it is away, the answer is kept in this process and written when that is over.
 *
 * @param stopping ends the wait; the answer is then lost here, and the attempt counts as unanswered
 * @throws the last error once `stopping` is aborted; at once what another try cannot change
 */
export async function untilWritten<Result>(
  { logger, system }: Pick<CoreDependencies, 'logger' | 'system'>,
  stopping: AbortSignal,
  write: () => Promise<Result>,
): Promise<Result> {
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    try {
      return await write();
    } catch (error) {
      if (isFinal(error) || stopping.aborted) {
        throw error;
      }
      logger.error({ error, retry_in_ms: pauseMs }, 'paid answer not written yet');
      await pause(system, pauseMs, stopping);
    }
  }
}

function isFinal(error: unknown): boolean {
  return (
    error instanceof StaleRowError ||
    error instanceof UniqueViolationError ||
    error instanceof IllegalTransitionError
  );
}

function pause(
  system: Pick<CoreDependencies['system'], 'every'>,
  ms: number,
  stopping: AbortSignal,
): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      stop();
      stopping.removeEventListener('abort', end);
      resolve();
    };
    const stop = system.every(ms, end);
    stopping.addEventListener('abort', end);
  });
}
