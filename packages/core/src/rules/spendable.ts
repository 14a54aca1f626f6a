import type { ProviderBehaviour } from '@pixsim7/contracts';
import type { BalanceReadingRow } from '../model/index.ts';
import type { CreditExposure } from '../ports/index.ts';

export interface SpendableBalance {
  readonly known: boolean;
  /** Open holds of known amount. */
  readonly held: number;
  /** Last reading less everything that it cannot contain yet; null when there is no reading. */
  readonly spendable: number | null;
}

/**
 * The spendable rest of an account: the last reading less the holds and settlements that it cannot contain yet.
 *
 * A provider that charges at submit has taken the money of every submission accepted before the reading; one that
 * charges at completion, of every submission settled before it. Everything else is still to come.
 */
export function spendableBalance(
  reading: BalanceReadingRow | null,
  exposure: readonly CreditExposure[],
  chargedAt: ProviderBehaviour['charged_at'],
): SpendableBalance {
  let held = 0;
  let outstanding = 0;
  for (const item of exposure) {
    const amount = item.amount ?? 0;
    if (!item.settled) {
      held += amount;
    }
    if (reading === null || !isContained(item, reading, chargedAt)) {
      outstanding += amount;
    }
  }
  return { known: reading !== null, held, spendable: reading === null ? null : reading.amount - outstanding };
}

function isContained(
  item: CreditExposure,
  reading: BalanceReadingRow,
  chargedAt: ProviderBehaviour['charged_at'],
): boolean {
  switch (chargedAt) {
    case 'submit':
      return item.acceptedAt !== null && item.acceptedAt < reading.observedAt;
    case 'completion':
      return item.settled && item.at < reading.observedAt;
  }
}
