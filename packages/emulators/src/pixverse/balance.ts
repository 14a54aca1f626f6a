import { isChargedAt } from './generation-status.ts';
import { ownedBy } from './store.ts';
import type { Account, Store } from './store.ts';

export interface Balance {
  readonly creditMonthly: number;
  readonly creditPackage: number;
}

/** The charge of an account at a moment: its generations and mask selections, and what others did with the account. */
export function chargedAt(store: Store, apiKey: string, now: number): number {
  const generations = store.generationsOf(apiKey).filter((generation) => isChargedAt(generation, now));
  return sumOf(generations) + sumOf(ownedBy(apiKey, store.maskSelections)) + chargedElsewhere(store, apiKey);
}

function chargedElsewhere({ foreignCharges }: Store, apiKey: string): number {
  return ownedBy(apiKey, foreignCharges).reduce(
    (total, { status, credits }) => total + (status === 'consume' ? credits : -credits),
    0,
  );
}

function sumOf(charges: readonly { readonly credits: number }[]): number {
  return charges.reduce((total, { credits }) => total + credits, 0);
}

/** The plan's credits are used up before the bought ones; PixVerse does not document the order. */
export function balanceAt(store: Store, account: Account, now: number): Balance {
  const charged = chargedAt(store, account.apiKey, now);
  const fromMonthly = Math.min(charged, account.creditMonthly);
  return {
    creditMonthly: account.creditMonthly - fromMonthly,
    creditPackage: account.creditPackage - (charged - fromMonthly),
  };
}

export function creditsLeft(balance: Balance): number {
  return balance.creditMonthly + balance.creditPackage;
}
