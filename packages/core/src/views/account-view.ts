import type { Account, AccountStatus } from '@pixsim7/contracts';
import {
  toTimestamp,
  toTimestampOrNull,
  type AccountRow,
  type BalanceReadingRow,
  type Instant,
} from '../model/index.ts';
import type { SpendableBalance } from '../rules/spendable.ts';

export interface AccountFacts {
  readonly account: AccountRow;
  readonly usedSlots: number;
  readonly reading: BalanceReadingRow | null;
  readonly balance: SpendableBalance;
  /** The unit in which the provider counts. */
  readonly unit: string;
}

/** A cool-down ends by the clock, not by a write. */
export function statusAt(account: AccountRow, now: Instant): AccountStatus {
  return account.status === 'cooldown' && (account.cooldownUntil ?? 0) <= now ? 'active' : account.status;
}

/** An account as the API shows it: never with its credentials. */
export function viewAccount(facts: AccountFacts, now: Instant): Account {
  const { account, balance, reading, unit, usedSlots } = facts;
  const status = statusAt(account, now);
  return {
    id: account.id,
    object: 'account',
    provider_id: account.providerId,
    label: account.label,
    base_url: account.baseUrl,
    max_concurrent: account.maxConcurrent,
    priority: account.priority,
    enabled: account.enabled,
    status,
    reason: status === 'active' ? null : account.reason,
    cooldown_until: status === 'cooldown' ? toTimestampOrNull(account.cooldownUntil) : null,
    slots: { used: usedSlots, max: account.maxConcurrent },
    balance: {
      known: balance.known,
      unit: reading?.unit ?? unit,
      held: balance.held,
      ...(reading === null ? {} : { amount: reading.amount, observed_at: toTimestamp(reading.observedAt) }),
      ...(balance.spendable === null ? {} : { spendable: balance.spendable }),
    },
    sandbox: account.sandbox,
    created_at: toTimestamp(account.createdAt),
    updated_at: toTimestamp(account.updatedAt),
  };
}
