import type { CoreDependencies } from '../dependencies.ts';
import type { RepeatedWork } from './repeat.ts';

/** Rows of one transaction: everybody else waits for the embedded database meanwhile, some 20 ms for so many. */
const batchSize = 50;
/** Batches of one run. A run comes each second, so 1,000,000 jobs take half an hour of an otherwise idle server. */
const batchesAtATime = 10;

/**
 * Enters what was made before an update into the tables that lists find it by. Until that is done, lists look through all rows
 * as they did before.
 */
export function enterOlder({ database }: Pick<CoreDependencies, 'database'>): RepeatedWork {
  // Once nothing is left nothing ever is: whatever is new is entered when it is made.
  let left: readonly ('jobs' | 'assets')[] = ['jobs', 'assets'];
  return {
    intervalMs: 1_000,
    longestRestMs: 10 * 60_000,
    failed: 'entering older jobs and assets into lists failed',
    async work() {
      for (let batches = 0; batches < batchesAtATime; batches += 1) {
        const [subject] = left;
        if (subject === undefined) {
          return;
        }
        const entered = await database.transaction((transaction) =>
          transaction[subject].enterOlder(batchSize),
        );
        if (entered < batchSize) {
          left = left.slice(1);
        }
      }
    },
  };
}
