import type { AccountId } from '@pixsim7/contracts';
import { ProviderCallError } from '@pixsim7/providers/contract';
import type { BalanceResult, ProviderAdapter } from '@pixsim7/providers/contract';
import type { CoreDependencies } from '../dependencies.ts';
import { callsOf } from '../limits/bulkhead/index.ts';
import type { AccountRow, BalanceProblem, BalanceReadingRow, Instant } from '../model/index.ts';
import type { Transaction } from '../ports/index.ts';
import { accessAccount } from '../read/account-access.ts';
import { balanceDrift, nextReadingAt, notableDrift } from '../rules/index.ts';
import { balanceNotRead, balanceRead } from '../views/event-data.ts';
import { applyAccountEffect } from '../write/account-effects.ts';
import { writeRetrying } from '../write/unit-of-work.ts';
import type { UnitOfWork } from '../write/unit-of-work.ts';
import { writeAccountEvent } from '../write/write-event.ts';

/**
 * Asks the provider for the balance of an account and writes it down, with its drift from the ledger. A reading that
 * fails changes no balance: it stays as it was, or unknown. Refused credentials disable the account, accepted ones and a
 * balance bring it back.
 *
 * @param patienceMs how long it waits while as many readings as may are under way; after it nothing is read
 */
export async function readBalance(
  dependencies: CoreDependencies,
  account: AccountRow,
  patienceMs: number,
): Promise<void> {
  const { bulkheads, logger, registry } = dependencies;
  const adapter = registry.has(account.providerId) ? registry.get(account.providerId) : null;
  if (adapter?.balance === undefined) {
    return;
  }
  const place = await bulkheads.balance.placeWithin(callsOf(account, adapter), patienceMs);
  if (place === null) {
    logger.warn({ account_id: account.id }, 'balance not read: earlier readings have no answer yet');
    const detail = 'Earlier readings of this provider have no answer yet.';
    await recordFailedReading(dependencies, account.id, { code: 'no_answer_yet', detail }, null);
    return;
  }
  try {
    await askAndRecord(dependencies, adapter, account);
  } finally {
    place.leave();
  }
}

async function askAndRecord(
  dependencies: CoreDependencies,
  adapter: ProviderAdapter,
  account: AccountRow,
): Promise<void> {
  const { logger, system, vault } = dependencies;
  // The time before the question: what is charged while the answer is on its way may not be in it.
  const observedAt = system.now();
  try {
    const balance = await adapter.balance?.(accessAccount(vault, account));
    if (balance === undefined) {
      return;
    }
    await recordBalance(dependencies, adapter, account.id, balance, observedAt);
  } catch (error) {
    if (!(error instanceof ProviderCallError)) {
      throw error;
    }
    logger.warn({ account_id: account.id, class: error.class, error }, 'balance could not be read');
    const problem = { code: error.code, detail: error.message };
    await recordFailedReading(dependencies, account.id, problem, error);
  }
}

async function recordBalance(
  dependencies: CoreDependencies,
  adapter: ProviderAdapter,
  id: AccountId,
  balance: BalanceResult,
  observedAt: Instant,
): Promise<void> {
  const drift = await writeRetrying(dependencies, async (unit) => {
    const account = await unit.accounts.get(id);
    if (account === null || account.deletedAt !== null) {
      return null;
    }
    const earlier = (await unit.accounts.latestReadings([id])).get(id) ?? null;
    const reading = await withDrift(unit, adapter, { accountId: id, ...balance, observedAt }, earlier);
    await unit.accounts.addReading(reading);
    const recovered = await recover(unit, account, balance.amount);
    const isNotable = Math.abs(reading.drift ?? 0) >= notableDrift;
    const isNews = reading.amount !== earlier?.amount || reading.unit !== earlier.unit;
    if (recovered !== null || isNews || isNotable || account.balanceProblem !== null) {
      await writeAccountEvent(unit, recovered ?? account, 'account.updated', balanceRead(reading));
    }
    await unit.accounts.scheduleReading(id, nextReadingAt(recovered ?? account, true, unit.now), null);
    unit.wake({ step: 'dispatch', id: account.providerId });
    return isNotable ? reading.drift : null;
  });
  if (drift !== null) {
    dependencies.logger.warn(
      { account_id: id, drift, unit: balance.unit },
      'balance differs from what the ledger expects',
    );
  }
}

async function withDrift(
  transaction: Transaction,
  adapter: ProviderAdapter,
  reading: Omit<BalanceReadingRow, 'drift' | 'driftSince'>,
  earlier: BalanceReadingRow | null,
): Promise<BalanceReadingRow> {
  const { accountId } = reading;
  if (earlier === null) {
    return { ...reading, drift: null, driftSince: null };
  }
  const charges = await transaction.credits.charges(accountId, earlier.observedAt);
  const drift = balanceDrift(earlier, reading, charges, adapter.manifest.behaviour.charged_at);
  return { ...reading, drift, driftSince: drift === null ? null : earlier.observedAt };
}

/** The account after a reading that brings it back; null when it is no news. */
async function recover(unit: UnitOfWork, account: AccountRow, amount: number): Promise<AccountRow | null> {
  const recovers = account.status === 'disabled' || (account.status === 'exhausted' && amount > 0);
  if (!recovers) {
    return null;
  }
  return unit.accounts.update(account, { status: 'active', reason: null, updatedAt: unit.now });
}

async function recordFailedReading(
  dependencies: CoreDependencies,
  id: AccountId,
  failure: Omit<BalanceProblem, 'since'>,
  error: ProviderCallError | null,
): Promise<void> {
  await writeRetrying(dependencies, async (unit) => {
    if (error?.accountEffect === 'disabled') {
      await applyAccountEffect(unit, id, error.toRecord(), error.retryAfterSeconds);
    }
    const account = await unit.accounts.get(id);
    if (account === null) {
      return;
    }
    const earlier = account.balanceProblem;
    const problem = { ...failure, since: earlier?.since ?? unit.now };
    await unit.accounts.scheduleReading(id, nextReadingAt(account, false, unit.now), problem);
    // Told once: the next failures are no news.
    if (earlier === null) {
      await writeAccountEvent(unit, account, 'account.updated', balanceNotRead(problem));
    }
  });
}
