import type { AccountId } from '@pixsim7/contracts';
import { ProviderCallError } from '@pixsim7/providers/contract';
import type { AccountRow } from '../model/index.ts';
import { accessAccount } from './account-access.ts';
import { applyAccountEffect } from './account-effects.ts';
import type { CoreDependencies } from './dependencies.ts';
import { retryStale } from './retry-stale.ts';
import { writeAccountEvent } from './write-event.ts';

/**
 * Asks the provider for the balance of an account and writes it down. A reading that fails changes no balance: it stays
 * as it was, or unknown. Refused credentials disable the account, accepted ones and a balance bring it back.
 */
export async function readBalance(dependencies: CoreDependencies, account: AccountRow): Promise<void> {
  const { database, logger, queue, registry, system, vault } = dependencies;
  const adapter = registry.has(account.providerId) ? registry.get(account.providerId) : null;
  if (adapter?.balance === undefined) return;
  // The time before the question: what is charged while the answer is on its way may not be in it.
  const observedAt = system.now();
  try {
    const balance = await adapter.balance(accessAccount(vault, account));
    await database.transaction((transaction) =>
      transaction.accounts.addReading({ accountId: account.id, ...balance, observedAt }),
    );
    await recover(dependencies, account.id, balance.amount);
    await queue.offer({ step: 'dispatch', id: account.providerId }, system.now());
  } catch (error) {
    if (!(error instanceof ProviderCallError)) throw error;
    logger.warn({ account_id: account.id, class: error.class }, 'balance could not be read');
    if (error.accountEffect !== 'disabled') return;
    await retryStale(() =>
      database.transaction((transaction) =>
        applyAccountEffect(transaction, system, account.id, error.toRecord(), error.retryAfterSeconds),
      ),
    );
  }
}

async function recover({ database, system }: CoreDependencies, id: AccountId, amount: number): Promise<void> {
  await retryStale(() =>
    database.transaction(async (transaction) => {
      const account = await transaction.accounts.get(id);
      if (account === null || account.deletedAt !== null) return;
      const recovers = account.status === 'disabled' || (account.status === 'exhausted' && amount > 0);
      if (!recovers) return;
      const written = await transaction.accounts.update(account, {
        status: 'active',
        reason: null,
        updatedAt: system.now(),
      });
      await writeAccountEvent(transaction, system, written, 'account.updated');
    }),
  );
}
