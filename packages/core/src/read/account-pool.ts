import type { AccountId, WorkspaceId } from '@pixsim7/contracts';
import type { ProviderAdapter } from '@pixsim7/providers/contract';
import type { AccountRow, BalanceReadingRow } from '../model/index.ts';
import type { CreditExposure, Transaction } from '../ports/index.ts';
import { spendableBalance } from '../rules/index.ts';
import type { AccountCandidate } from '../rules/index.ts';

/** The parts of an account's spendable balance. */
export interface AccountMoney {
  readonly reading: BalanceReadingRow | null;
  /** Open holds, and what was settled since the reading. */
  readonly exposure: readonly CreditExposure[];
}

/** The money of many accounts, in one query per kind of row. */
export async function loadMoney(
  transaction: Transaction,
  accounts: readonly Pick<AccountRow, 'id'>[],
  now: number,
): Promise<(id: AccountId) => AccountMoney> {
  const ids = accounts.map(({ id }) => id);
  const readings = await transaction.accounts.latestReadings(ids);
  const since = new Map(ids.map((id) => [id, readings.get(id)?.observedAt ?? now]));
  const exposures = await transaction.credits.exposures(since);
  return (id) => ({ reading: readings.get(id) ?? null, exposure: exposures.get(id) ?? [] });
}

/** The accounts of a workspace at a provider with what they have free: slots and credits. */
export async function loadAccountPool(
  transaction: Transaction,
  adapter: ProviderAdapter,
  workspaceId: WorkspaceId,
  now: number,
): Promise<AccountCandidate[]> {
  const accounts = await transaction.accounts.list({ workspaceId, providerId: adapter.id });
  const used = await transaction.submissions.countLive(accounts.map(({ id }) => id));
  const moneyOf = await loadMoney(transaction, accounts, now);
  return accounts.map((account) => ({
    account,
    usedSlots: used.get(account.id) ?? 0,
    spendable: spendableOf(adapter, moneyOf(account.id)),
  }));
}

/** null: not known. */
export async function loadSpendable(
  transaction: Transaction,
  adapter: ProviderAdapter,
  accountId: AccountId,
  now: number,
): Promise<number | null> {
  const moneyOf = await loadMoney(transaction, [{ id: accountId }], now);
  return spendableOf(adapter, moneyOf(accountId));
}

function spendableOf(adapter: ProviderAdapter, { reading, exposure }: AccountMoney): number | null {
  return reading === null
    ? null
    : spendableBalance(reading, exposure, adapter.manifest.behaviour.charged_at).spendable;
}
