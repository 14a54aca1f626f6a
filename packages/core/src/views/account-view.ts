import type { Account, Balance } from '@pixsim7/contracts';
import { toTimestamp, toTimestampOrNull } from '../model/index.ts';
import type { AccountRow, BalanceProblem, BalanceReadingRow, Instant } from '../model/index.ts';
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

/** The fields that the picture of an account shares with its events. */
export function viewAccountState(account: AccountRow, now: Instant) {
  const { status, reason, cooldownUntil } = accountHealth(account, now);
  return {
    provider_id: account.providerId,
    label: account.label,
    base_url: account.baseUrl,
    max_concurrent: account.maxConcurrent,
    priority: account.priority,
    enabled: account.enabled,
    status,
    reason,
    cooldown_until: toTimestampOrNull(cooldownUntil),
    sandbox: account.sandbox,
    created_at: toTimestamp(account.createdAt),
    updated_at: toTimestamp(account.updatedAt),
  } satisfies Partial<Account>;
}

/** The balance according to a reading. */
export function viewReading({ amount, drift, driftSince, observedAt, unit }: BalanceReadingRow) {
  return {
    amount,
    unit,
    observed_at: toTimestamp(observedAt),
    ...(drift === null || driftSince === null
      ? {}
      : { drift: { amount: drift, since: toTimestamp(driftSince) } }),
  } satisfies Partial<Balance>;
}

/** Why a balance cannot be read. */
export function viewBalanceProblem(problem: BalanceProblem): NonNullable<Balance['problem']> {
  return { ...problem, since: toTimestamp(problem.since) };
}

/** An account as the API shows it: never with its credentials. */
export function viewAccount(facts: AccountFacts, now: Instant): Account {
  const { account, balance, reading, unit, usedSlots } = facts;
  return {
    id: account.id,
    object: 'account',
    ...viewAccountState(account, now),
    slots: { used: usedSlots, max: account.maxConcurrent },
    balance: {
      known: balance.known,
      unit,
      held: balance.held,
      ...(balance.spendable === null ? {} : { spendable: balance.spendable }),
      ...(reading === null ? {} : viewReading(reading)),
      ...(account.balanceProblem === null ? {} : { problem: viewBalanceProblem(account.balanceProblem) }),
    },
    webhook_url: facts.webhookUrl,
  };
}
