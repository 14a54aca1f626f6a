import type { AccountId, WorkspaceId } from '@pixsim7/contracts';
import type { ProviderAdapter } from '@pixsim7/providers/contract';
import type { Transaction } from '../ports/index.ts';
import { spendableBalance, type AccountCandidate } from '../rules/index.ts';

/** The accounts of a workspace at a provider with what they have free: slots and credits. */
export async function loadAccountPool(
  transaction: Transaction,
  adapter: ProviderAdapter,
  workspaceId: WorkspaceId,
): Promise<AccountCandidate[]> {
  const accounts = await transaction.accounts.list({ workspaceId, providerId: adapter.id });
  const ids = accounts.map((account) => account.id);
  const used = await transaction.submissions.countLive(ids);
  return Promise.all(
    accounts.map(async (account) => ({
      account,
      usedSlots: used.get(account.id) ?? 0,
      spendable: await loadSpendable(transaction, adapter, account.id),
    })),
  );
}

/** null: not known. */
export async function loadSpendable(
  transaction: Transaction,
  adapter: ProviderAdapter,
  accountId: AccountId,
): Promise<number | null> {
  const reading = (await transaction.accounts.latestReadings([accountId])).get(accountId) ?? null;
  if (reading === null) return null;
  const exposure = await transaction.credits.exposure(accountId, reading.observedAt);
  return spendableBalance(reading, exposure, adapter.manifest.behaviour.charged_at).spendable;
}
