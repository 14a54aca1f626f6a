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
  const totals = await credits.totals();
  const rows = await accounts.getMany(totals.map(({ accountId }) => accountId));
  const providerOf = new Map(rows.map(({ id, providerId }) => [id, providerId]));
  for (const { accountId, held, settled } of totals) {
    const providerId = providerOf.get(accountId);
    if (providerId === undefined) {
      continue;
    }
    const sum = byProvider.get(providerId) ?? { held: 0, charged: 0 };
    byProvider.set(providerId, { held: sum.held + held, charged: sum.charged + settled });
  }
  return byProvider;
}
