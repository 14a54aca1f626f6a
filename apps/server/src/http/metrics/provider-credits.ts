import type { Transaction } from '@pixsim7/core';

export interface ProviderCredits {
  readonly held: number;
  readonly charged: number;
}

/** The ledger by provider. Removed accounts count: what they cost was paid, and a counter never goes back. */
export async function readCredits({
  accounts,
  credits,
}: Pick<Transaction, 'accounts' | 'credits'>): Promise<Map<string, ProviderCredits>> {
  const byProvider = new Map<string, ProviderCredits>();
  for (const { accountId, held, settled } of await credits.totals()) {
    const account = await accounts.get(accountId);
    if (account === null) continue;
    const sum = byProvider.get(account.providerId) ?? { held: 0, charged: 0 };
    byProvider.set(account.providerId, { held: sum.held + held, charged: sum.charged + settled });
  }
  return byProvider;
}
