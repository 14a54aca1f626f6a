import type { AccountId } from '@pixsim7/contracts';
import type { ProviderCallErrorRecord } from '@pixsim7/providers/contract';
import type { AccountRow, SubmissionRow } from '../model/index.ts';
import { afterCrowdedRefusal } from '../rules/crowding.ts';
import { isAboutSlots } from '../rules/outcomes.ts';
import type { UnitOfWork } from './unit-of-work.ts';
import { writeAccountEvent } from './write-event.ts';

/** For a call about an attempt that runs already, which takes no slot. */
const concurrencyCooldownMs = 5_000;
/** A rate limit is counted per minute by the providers that publish one. */
const rateCooldownMs = 15_000;

/**
 * Writes down what an error says about the account. The account keeps the reason, so a person can read why it
 * rests and until when. What takes it out of use is verified at once by a reading of the balance: one endpoint may refuse
 * what the rest of the provider accepts, and a reading that succeeds brings the account back.
 *
 * @param refused the attempt that the provider did not take; null if the error is not about a new one
 */
export async function applyAccountEffect(
  unit: UnitOfWork,
  accountId: AccountId,
  error: ProviderCallErrorRecord,
  retryAfterS: number | null,
  refused: SubmissionRow | null = null,
): Promise<void> {
  if (error.accountEffect === 'none') {
    return;
  }
  const account = await unit.accounts.lock(accountId);
  if (account === null || account.deletedAt !== null) {
    return;
  }
  const { now } = unit;
  const changes = await changesOf(unit, account, error, retryAfterS, refused);
  // Twice the same is no news, and no change of the account since the first job was refused.
  if (changes === null || (changes.status === account.status && changes.status !== 'cooldown')) {
    return;
  }
  const changed = await unit.accounts.update(account, { ...changes, updatedAt: now });
  await writeAccountEvent(unit, changed, 'account.updated');
}

async function changesOf(
  unit: UnitOfWork,
  account: AccountRow,
  { accountEffect, class: errorClass, message }: ProviderCallErrorRecord,
  retryAfterS: number | null,
  refused: SubmissionRow | null,
): Promise<Partial<AccountRow> | null> {
  const { now } = unit;
  const rest = { reason: message, cooldownUntil: null, crowding: null } as const;
  switch (accountEffect) {
    case 'none':
      return null;
    case 'cooldown': {
      // A refusal that arrives late must neither shorten a rest nor wake an account that has a graver reason.
      if (account.status !== 'active' && account.status !== 'cooldown') {
        return null;
      }
      const restsAlready = (account.cooldownUntil ?? 0) > now && account.crowding === null;
      if (refused !== null && isAboutSlots({ accountEffect, class: errorClass }) && !restsAlready) {
        const live = (await unit.submissions.countLive([account.id])).get(account.id) ?? 0;
        const refusal = { live, madeAt: refused.createdAt, retryAfterS };
        return { status: 'cooldown', reason: message, ...afterCrowdedRefusal(account, refusal, now) };
      }
      const pause = errorClass === 'RateLimitError' ? rateCooldownMs : concurrencyCooldownMs;
      const until = now + Math.max(pause, (retryAfterS ?? 0) * 1_000);
      return { ...rest, status: 'cooldown', cooldownUntil: Math.max(until, account.cooldownUntil ?? 0) };
    }
    case 'exhausted':
      return account.status === 'disabled' ? null : { ...rest, status: 'exhausted', balanceDueAt: now };
    case 'disabled':
      return { ...rest, status: 'disabled', balanceDueAt: now };
  }
}
