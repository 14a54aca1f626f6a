import { StaleRowError } from '../ports/index.ts';

/** A row that changes under us this often in a row is not a race any more. */
const maxRaces = 8;

/**
 * Runs a transaction again when it lost a race. For writing down what has happened outside: that must not be dropped
 * because somebody cancelled the job in the same moment.
 *
 * @param work gets the number of the try, from 1
 */
export async function retryStale<Result>(work: (race: number) => Promise<Result>): Promise<Result> {
  for (let race = 1; ; race += 1) {
    try {
      return await work(race);
    } catch (error) {
      if (!(error instanceof StaleRowError) || race >= maxRaces) {
        throw error;
      }
    }
  }
}
