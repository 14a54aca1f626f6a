import type { SubmissionState } from '@pixsim7/contracts';
import type { SubmissionRow } from '../model/index.ts';
import type { Changes, System, Transaction } from '../ports/index.ts';
import { afterSettlementMs } from '../rules/balance-schedule.ts';
import { assertSubmissionTransition } from '../rules/transitions.ts';
import { tellBreaker } from './account-breaker.ts';

/**
 * The only writer of submissions. What a change says about the account goes to its breaker.
 *
 * @throws StaleRowError, IllegalTransitionError
 */
export async function writeSubmission(
  transaction: Transaction,
  system: System,
  submission: SubmissionRow,
  changes: Changes<SubmissionRow>,
): Promise<SubmissionRow> {
  const after = { state: changes.state ?? submission.state, error: changes.error ?? null };
  assertSubmissionTransition(submission.state, after.state);
  await tellBreaker(transaction, system, submission, after);
  return transaction.submissions.update(submission, changes);
}

/** How an attempt ended for the ledger. `null` credits: it was charged and nobody knows how much, or whether. */
export type Settlement =
  | { readonly kind: 'release' }
  | { readonly kind: 'settle'; readonly credits: number | null };

/** Ends an attempt: its last state and its money, in one transaction. */
export async function endSubmission(
  transaction: Transaction,
  system: System,
  submission: SubmissionRow,
  state: SubmissionState,
  settlement: Settlement,
  changes: Changes<SubmissionRow> = {},
): Promise<SubmissionRow> {
  const now = system.now();
  if (settlement.kind === 'settle') {
    await transaction.accounts.expediteReading(submission.accountId, now + afterSettlementMs);
  }
  const ended = await writeSubmission(transaction, system, submission, {
    finishedAt: submission.finishedAt ?? now,
    dueAt: null,
    ...changes,
    state,
  });
  await transaction.credits.add({
    accountId: submission.accountId,
    submissionId: submission.id,
    jobId: submission.jobId,
    kind: settlement.kind,
    amount: settlement.kind === 'release' ? 0 : settlement.credits,
    at: now,
  });
  return ended;
}

/**
 * What a finished attempt cost: the provider's own figure, else what was held for it.
 *
 * @param held amount of the hold; null when the price was not known
 */
export function settlementOf(
  charged: 'yes' | 'no' | 'unknown',
  providerCredits: number | null,
  held: number | null,
): Settlement {
  switch (charged) {
    case 'no':
      return { kind: 'release' };
    case 'yes':
      return { kind: 'settle', credits: providerCredits ?? held };
    case 'unknown':
      return { kind: 'settle', credits: null };
  }
}

/** The amount held for an attempt; null when its price was not known. */
export async function heldCredits(
  transaction: Transaction,
  submission: SubmissionRow,
): Promise<number | null> {
  const entries = await transaction.credits.bySubmission(submission.id);
  return entries.find((entry) => entry.kind === 'hold')?.amount ?? null;
}
