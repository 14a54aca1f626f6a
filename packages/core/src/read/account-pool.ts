import type { AccountId, WorkspaceId } from '@pixsim7/contracts';
import type { ProviderAdapter } from '@pixsim7/providers/contract';
import type { AccountRow, BalanceReadingRow } from '../model/index.ts';
import type { AccountFilter, CreditExposure, Transaction } from '../ports/index.ts';
import { slotsOf, spendableBalance } from '../rules/index.ts';
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
  return loadCandidates(transaction, adapter, { workspaceId, providerId: adapter.id }, now);
}

/**
 * The accounts of every workspace at a provider. The balance of one that is full is left unknown: nothing can start there,
 * and to add up the open holds of a hundred full accounts took 130 ms for each slot that got free.
 */
export async function loadAccountPools(
  transaction: Transaction,
  adapter: ProviderAdapter,
  now: number,
): Promise<Map<WorkspaceId, AccountCandidate[]>> {
  const pools = new Map<WorkspaceId, AccountCandidate[]>();
  for (const candidate of await loadCandidates(transaction, adapter, { providerId: adapter.id }, now, true)) {
    const { workspaceId } = candidate.account;
    const pool = pools.get(workspaceId) ?? [];
    pool.push(candidate);
    pools.set(workspaceId, pool);
  }
  return pools;
}

async function loadCandidates(
  transaction: Transaction,
  adapter: ProviderAdapter,
  filter: AccountFilter,
  now: number,
  onlyOfOpen = false,
): Promise<AccountCandidate[]> {
  const accounts = await transaction.accounts.list(filter);
  const used = await transaction.submissions.countLive(accounts.map(({ id }) => id));
  const usedOf = (id: AccountId): number => used.get(id) ?? 0;
  const asked = onlyOfOpen
    ? accounts.filter((account) => usedOf(account.id) < slotsOf(account, now))
    : accounts;
  const moneyOf = await loadMoney(transaction, asked, now);
  return accounts.map((account) => ({
    account,
    usedSlots: usedOf(account.id),
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
