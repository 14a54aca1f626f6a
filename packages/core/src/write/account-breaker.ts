import type { SubmissionRow } from '../model/index.ts';
import { afterSignal, breakerSignal, breakerState } from '../rules/circuit-breaker.ts';
import type { UnitOfWork } from './unit-of-work.ts';
import { writeAccountEvent } from './write-event.ts';

/**
 * Tells the breaker of the account what becomes of an attempt, in the transaction of the change. To be called before the
 * attempt is written: accounts are locked before attempts everywhere, so no two transactions wait for each other.
 *
 * `updatedAt` stays as it is: it says when a person or the provider changed the account (see `refusals` of the dispatch).
 */
export async function recordBreakerSignal(
  unit: UnitOfWork,
  before: SubmissionRow,
  after: Pick<SubmissionRow, 'state' | 'error'>,
): Promise<void> {
  const signal = breakerSignal(before, after);
  if (signal === null) {
    return;
  }
  const { now } = unit;
  const seen = await unit.accounts.get(before.accountId);
  // Nearly every signal is an acceptance at a healthy account; it takes no lock.
  if (seen === null || afterSignal(seen.breaker, signal, now) === seen.breaker) {
    return;
  }
  const account = await unit.accounts.lock(before.accountId);
  if (account === null) {
    return;
  }
  const breaker = afterSignal(account.breaker, signal, now);
  if (breaker === account.breaker) {
    return;
  }
  const written = await unit.accounts.update(account, { breaker });
  if (breakerState(breaker, now) !== breakerState(account.breaker, now)) {
    await writeAccountEvent(unit, written, 'account.updated');
    // Jobs waited for the end of the trial.
    unit.wake({ step: 'dispatch', id: written.providerId });
  }
}
