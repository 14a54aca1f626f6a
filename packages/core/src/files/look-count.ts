import type { CoreDependencies } from '../dependencies.ts';
import type { SubmissionRow } from '../model/index.ts';
import { StaleRowError } from '../ports/index.ts';
import type { Transaction } from '../ports/index.ts';
import { deadLookPauseMs } from '../rules/output-looks.ts';
import { leaseMs } from '../rules/pacing.ts';

/**
 * Counts the looks into the outputs of an attempt that did not end well. A look is written down before it begins: one that
 * ends the whole server has then been counted, and the next server knows. Nobody looks again before the pause after a bad
 * look is over: a server that is killed three times in a minute says nothing about the file.
 */
export interface LookCount {
  /** Looks into an output that did not end well. */
  of(index: number): number;
  /** The same for all outputs, as they are written down. */
  all(): readonly number[];
  /** @throws StaleRowError when somebody else holds the attempt now; then nobody looks */
  begin(index: number): Promise<void>;
  /** The look ended well, or said nothing about the file: it does not count. @throws StaleRowError */
  takeBack(index: number): Promise<void>;
  /** The same, as part of a transaction that may run several times. @throws StaleRowError */
  takeBackIn(index: number): (transaction: Pick<Transaction, 'submissions'>) => Promise<void>;
}

/** @param submission as it was claimed: its version holds the lease */
export function countLooks(
  { database, system }: Pick<CoreDependencies, 'database' | 'system'>,
  submission: SubmissionRow,
): LookCount {
  const counts = [...submission.looks];

  function record(index: number, count: number, pauseMs: number) {
    while (counts.length <= index) {
      counts.push(0);
    }
    counts[index] = count;
    return async ({ submissions }: Pick<Transaction, 'submissions'>): Promise<void> => {
      const dueAt = system.now() + pauseMs;
      if (!(await submissions.recordLooks(submission.id, submission.version, [...counts], dueAt))) {
        throw new StaleRowError(`Submission ${submission.id} was taken over.`);
      }
    };
  }

  const of = (index: number): number => counts[index] ?? 0;
  const takeBackIn: LookCount['takeBackIn'] = (index) => record(index, of(index) - 1, leaseMs);
  return {
    of,
    all: () => [...counts],
    begin: (index) => database.transaction(record(index, of(index) + 1, deadLookPauseMs(of(index) + 1))),
    takeBack: (index) => database.transaction(takeBackIn(index)),
    takeBackIn,
  };
}
