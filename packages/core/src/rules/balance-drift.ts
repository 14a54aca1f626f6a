import type { ProviderBehaviour } from '@pixsim7/contracts';
import type { BalanceReadingRow, Instant } from '../model/index.ts';
import type { AttemptCharge } from '../ports/index.ts';

/** A difference of so many credits is told to the operator; less is rounding. */
export const notableDrift = 1;

/**
 * Charges this close to a reading may or may not be in it: a reading takes a while, and is noted with the time before its
 * question.
 */
const readingSlackMs = 60_000;

interface Range {
  readonly least: number;
  readonly most: number;
}

/**
 * The difference between a reading and what the ledger expects since an earlier one: negative if credits are missing.
 * Running attempts may have been charged or refunded already, so the expectation is a range; a reading inside it has not
 * drifted.
 *
 * @param charges attempts that were open or ended since the earlier reading
 * @returns null when it is not known, because the amount of a charge is not
 */
export function balanceDrift(
  earlier: Pick<BalanceReadingRow, 'amount' | 'unit' | 'observedAt'>,
  later: Pick<BalanceReadingRow, 'amount' | 'unit' | 'observedAt'>,
  charges: readonly AttemptCharge[],
  chargedAt: ProviderBehaviour['charged_at'],
): number | null {
  if (earlier.unit !== later.unit || later.observedAt <= earlier.observedAt) {
    return null;
  }
  let least = earlier.amount;
  let most = earlier.amount;
  for (const charge of charges) {
    const taken = takenBetween(charge, earlier.observedAt, later.observedAt, chargedAt);
    if (taken === null) {
      return null;
    }
    least -= taken.most;
    most -= taken.least;
  }
  // Amounts have at most a few decimals; what binary sums add behind them is no drift.
  if (later.amount < least) {
    return rounded(later.amount - least);
  }
  if (later.amount > most) {
    return rounded(later.amount - most);
  }
  return 0;
}

/** Credits that a charge took between two readings; null when they are not known. */
function takenBetween(
  charge: AttemptCharge,
  from: Instant,
  to: Instant,
  chargedAt: ProviderBehaviour['charged_at'],
): Range | null {
  const before = isTaken(charge, from, chargedAt);
  const after = isTaken(charge, to, chargedAt);
  if (before !== 'maybe' && before === after) {
    return { least: 0, most: 0 };
  }
  const amount = amountOf(charge);
  if (amount === null) {
    return null;
  }
  const couldBe = (answer: 'yes' | 'no'): boolean =>
    before !== answer && (after === 'maybe' || after === answer);
  // Taken in between: not there before, there after. Given back: the other way round.
  return {
    least: couldBe('no') ? -amount.most : before === 'no' && after === 'yes' ? amount.least : 0,
    most: couldBe('yes') ? amount.most : before === 'yes' && after === 'no' ? -amount.least : 0,
  };
}

/** Whether the provider has the money of an attempt at a moment, as far as a reading at that moment can tell. */
function isTaken(
  { sentAt, acceptedAt, ending }: AttemptCharge,
  at: Instant,
  chargedAt: ProviderBehaviour['charged_at'],
): 'yes' | 'no' | 'maybe' {
  if (ending?.kind === 'release' && (acceptedAt === null || chargedAt === 'completion')) {
    return 'no';
  }
  if (at + readingSlackMs < sentAt) {
    return 'no';
  }
  if (ending === null) {
    return 'maybe';
  }
  switch (ending.kind) {
    case 'release':
      return at > ending.at ? 'no' : 'maybe';
    case 'settle': {
      const surelyFrom = chargedAt === 'submit' ? acceptedAt : ending.at;
      return surelyFrom !== null && at > surelyFrom ? 'yes' : 'maybe';
    }
  }
}

function amountOf({ held, ending }: AttemptCharge): Range | null {
  if (ending?.kind === 'settle' && ending.amount !== null) {
    return { least: ending.amount, most: ending.amount };
  }
  if (held === null) {
    return null;
  }
  // A settlement of unknown amount may have been nothing at all.
  return { least: ending?.kind === 'settle' ? 0 : held, most: held };
}

function rounded(amount: number): number {
  return Math.round(amount * 1e6) / 1e6;
}
