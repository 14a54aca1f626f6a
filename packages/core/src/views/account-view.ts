import type { Account } from '@pixsim7/contracts';
import { toTimestamp, toTimestampOrNull } from '../model/index.ts';
import type { AccountRow, BalanceReadingRow, Instant } from '../model/index.ts';
import { accountHealth } from '../rules/account-health.ts';
import type { SpendableBalance } from '../rules/spendable.ts';

export interface AccountFacts {
  readonly account: AccountRow;
  readonly usedSlots: number;
  readonly reading: BalanceReadingRow | null;
  readonly balance: SpendableBalance;
  /** The unit in which the provider counts. */
  readonly unit: string;
  readonly webhookUrl: string | null;
}

/** An account as the API shows it: never with its credentials. */
export function viewAccount(facts: AccountFacts, now: Instant): Account {
  const { account, balance, reading, unit, usedSlots } = facts;
  const { status, reason, cooldownUntil } = accountHealth(account, now);
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
    reason,
    cooldown_until: toTimestampOrNull(cooldownUntil),
    slots: { used: usedSlots, max: account.maxConcurrent },
    balance: {
      known: balance.known,
      unit: reading?.unit ?? unit,
      held: balance.held,
      ...(reading === null ? {} : { amount: reading.amount, observed_at: toTimestamp(reading.observedAt) }),
      ...(balance.spendable === null ? {} : { spendable: balance.spendable }),
      ...(reading === null || reading.drift === null || reading.driftSince === null
        ? {}
        : { drift: { amount: reading.drift, since: toTimestamp(reading.driftSince) } }),
      ...(account.balanceProblem === null
        ? {}
        : { problem: { ...account.balanceProblem, since: toTimestamp(account.balanceProblem.since) } }),
    },
    sandbox: account.sandbox,
    webhook_url: facts.webhookUrl,
    created_at: toTimestamp(account.createdAt),
    updated_at: toTimestamp(account.updatedAt),
  };
}
