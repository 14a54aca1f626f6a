import type { AccountId } from '@pixsim7/contracts';
import type { ProviderCallErrorRecord } from '@pixsim7/providers/contract';
import type { AccountRow } from '../model/index.ts';
import type { UnitOfWork } from './unit-of-work.ts';
import { writeAccountEvent } from './write-event.ts';

/** A provider says "too many at once" for as long as the others run; asking again after this is polite and quick. */
const concurrencyCooldownMs = 5_000;
/** A rate limit is counted per minute by the providers that publish one. */
const rateCooldownMs = 15_000;

/**
 * Writes down what an error says about the account. The account keeps the reason, so a person can read why it
 * rests and until when. What takes it out of use is verified at once by a reading of the balance: one endpoint may refuse
 * what the rest of the provider accepts, and a reading that succeeds brings the account back.
 */
export async function applyAccountEffect(
  unit: UnitOfWork,
  accountId: AccountId,
  error: ProviderCallErrorRecord,
  retryAfterS: number | null,
): Promise<void> {
  if (error.accountEffect === 'none') {
    return;
  }
  const account = await unit.accounts.lock(accountId);
  if (account === null || account.deletedAt !== null) {
    return;
  }
  const { now } = unit;
  const changes = ((): Partial<AccountRow> | null => {
    switch (error.accountEffect) {
      case 'cooldown': {
        const pause = error.class === 'RateLimitError' ? rateCooldownMs : concurrencyCooldownMs;
        const until = now + Math.max(pause, (retryAfterS ?? 0) * 1_000);
        // A refusal that arrives late must neither shorten a rest nor wake an account that has a graver reason.
        if (account.status !== 'active' && account.status !== 'cooldown') {
          return null;
        }
        return {
          status: 'cooldown',
          cooldownUntil: Math.max(until, account.cooldownUntil ?? 0),
          reason: error.message,
        };
      }
      case 'exhausted':
        return account.status === 'disabled'
          ? null
          : { status: 'exhausted', reason: error.message, cooldownUntil: null, balanceDueAt: now };
      case 'disabled':
        return { status: 'disabled', reason: error.message, cooldownUntil: null, balanceDueAt: now };
    }
  })();
  // Twice the same is no news, and no change of the account since the first job was refused.
  if (changes === null || (changes.status === account.status && changes.status !== 'cooldown')) {
    return;
  }
  const changed = await unit.accounts.update(account, { ...changes, updatedAt: now });
  await writeAccountEvent(unit, changed, 'account.updated');
}
