import type { SubmissionState } from '@pixsim7/contracts';
import { isLive } from '../model/index.ts';
import type { CreditEntryRow, SubmissionRow } from '../model/index.ts';
import type { Changes } from '../ports/index.ts';
import { afterSettlementMs } from '../rules/balance-schedule.ts';
import { assertSubmissionTransition } from '../rules/transitions.ts';
import { recordBreakerSignal } from './account-breaker.ts';
import type { UnitOfWork } from './unit-of-work.ts';

/**
 * The only writer of submissions. What a change says about the account goes to its breaker, and a slot that becomes free
 * wakes the lane of its provider.
 *
 * @throws StaleRowError, IllegalTransitionError
 */
export async function writeSubmission(
  unit: UnitOfWork,
  submission: SubmissionRow,
  changes: Changes<SubmissionRow>,
): Promise<SubmissionRow> {
  const after = { state: changes.state ?? submission.state, error: changes.error ?? null };
  assertSubmissionTransition(submission.state, after.state);
  await recordBreakerSignal(unit, submission, after);
  const written = await unit.submissions.update(submission, changes);
  if (isLive(submission.state) && !isLive(after.state)) {
    unit.wake({ step: 'dispatch', id: submission.providerId });
  }
  return written;
}

/** The end of an attempt for the ledger. `null` credits: nobody knows how much it was charged, or whether. */
export type Settlement =
  | { readonly kind: 'release' }
  | { readonly kind: 'settle'; readonly credits: number | null };

/** An attempt that has ended, and its line of the ledger. */
export interface EndedAttempt {
  readonly attempt: SubmissionRow;
  readonly entry: CreditEntryRow;
}

/** Ends an attempt: its last state and its money, in one unit. */
export async function endSubmission(
  unit: UnitOfWork,
  submission: SubmissionRow,
  state: SubmissionState,
  settlement: Settlement,
  changes: Changes<SubmissionRow> = {},
): Promise<EndedAttempt> {
  const { now } = unit;
  const attempt = await writeSubmission(unit, submission, {
    finishedAt: submission.finishedAt ?? now,
    dueAt: null,
    ...changes,
    state,
  });
  if (settlement.kind === 'settle') {
    await unit.accounts.expediteReading(submission.accountId, now + afterSettlementMs);
  }
  const entry: CreditEntryRow = {
    accountId: submission.accountId,
    submissionId: submission.id,
    jobId: submission.jobId,
    kind: settlement.kind,
    amount: settlement.kind === 'release' ? 0 : settlement.credits,
    at: now,
  };
  await unit.credits.add(entry);
  return { attempt, entry };
}

/**
 * The cost of a finished attempt: the provider's own figure, else what was held for it.
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

/** The amount held for an attempt by the ledger of its job; null when its price was not known. */
export function heldCredits(ledger: readonly CreditEntryRow[], submission: SubmissionRow): number | null {
  return (
    ledger.find((entry) => entry.kind === 'hold' && entry.submissionId === submission.id)?.amount ?? null
  );
}
