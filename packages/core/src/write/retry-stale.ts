import { StaleRowError } from '../ports/index.ts';

/** A row that changes under us this often in a row is not a race any more. */
const maxRaces = 8;

/**
 * Runs a transaction again when it lost a race. For writing down what has happened outside: that must not be dropped
 * because somebody cancelled the job in the same moment.
 */
export async function retryStale<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let race = 1; ; race += 1) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof StaleRowError) || race >= maxRaces) {
        throw error;
      }
    }
  }
}
