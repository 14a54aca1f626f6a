import type { CreditEntryRow, JobRow, SubmissionRow } from '../model/index.ts';

/** The holds and costs of a job's attempts. */
export interface JobMoney {
  /** Open holds of known amount. */
  readonly held: number;
  /** Whether an attempt may still cost something. */
  readonly isOpen: boolean;
  /** The cost of ended attempts; null: the cost of one of them is unknown. */
  readonly settled: number | null;
}

/** The money of a job by its ledger. */
export function moneyOfLedger(entries: readonly Omit<CreditEntryRow, 'at'>[]): JobMoney {
  const ended = new Set(entries.filter((entry) => entry.kind !== 'hold').map((entry) => entry.submissionId));
  const open = entries.filter((entry) => entry.kind === 'hold' && !ended.has(entry.submissionId));
  const settled = entries.filter((entry) => entry.kind === 'settle');
  return {
    held: sum(open),
    isOpen: open.length > 0,
    settled: settled.every((entry) => entry.amount !== null) ? sum(settled) : null,
  };
}

function sum(entries: readonly Pick<CreditEntryRow, 'amount'>[]): number {
  return entries.reduce((total, entry) => total + (entry.amount ?? 0), 0);
}

// An event is written in a transaction that changes a job, and has to say the same as the ledger without reading it. These
// say what the ledger has in each case; the simulation compares the two in every history.

/** While an attempt runs: it holds the price of the job. What earlier ones cost is told at the end. */
export function moneyWhileRunning({ quotedCredits }: Pick<JobRow, 'quotedCredits'>): JobMoney {
  return { held: quotedCredits ?? 0, isOpen: true, settled: null };
}

/** Its attempt is over, and nobody can tell what it cost. */
export const moneyUnknown: JobMoney = { held: 0, isOpen: false, settled: null };

/**
 * The money of a job none of whose attempts brought a result, as they stand after the transaction: one that was refused or
 * never sent was free, one of which nobody heard may have cost something, and one that goes on holds the price.
 */
export function moneyWithoutResult(
  job: Pick<JobRow, 'quotedCredits'>,
  attempts: readonly Pick<SubmissionRow, 'state'>[],
): JobMoney {
  if (attempts.some(({ state }) => state !== 'gone' && !isFree(state))) {
    return moneyWhileRunning(job);
  }
  return attempts.some(({ state }) => state === 'gone')
    ? moneyUnknown
    : { held: 0, isOpen: false, settled: 0 };
}

function isFree(state: SubmissionRow['state']): boolean {
  return state === 'rejected' || state === 'cancelled';
}
