import type { CreationType, CreditsStatus } from './capabilities.ts';
import { isRefundedAt } from './generation-status.ts';
import { ownedBy } from './store.ts';
import type { Store } from './store.ts';

/** One movement of credits. */
export interface LedgerRow {
  /** Decimal digits; the same at every call. */
  readonly id: string;
  /** Of the video or picture that it was for, or of the mask selection. */
  readonly productId: string;
  readonly creationType: CreationType;
  readonly status: CreditsStatus;
  readonly credits: number;
  readonly at: number;
}

/** All movements of an account until now, the newest first. */
export function ledgerOf(store: Store, apiKey: string, now: number): readonly LedgerRow[] {
  const generations = store.generationsOf(apiKey).flatMap((generation): LedgerRow[] => {
    const { id, operation, credits, createdAt, endsAt } = generation;
    const common = { productId: id, creationType: operation, credits };
    const consumed: LedgerRow = { ...common, id: `${id}1`, status: 'consume', at: createdAt };
    return endsAt !== null && isRefundedAt(generation, now)
      ? [consumed, { ...common, id: `${id}2`, status: 'refund', at: endsAt }]
      : [consumed];
  });
  const selections = ownedBy(apiKey, store.maskSelections).map(({ id, credits, createdAt }): LedgerRow => ({
    id: `${id}1`,
    productId: id,
    creationType: 'swap_mask',
    status: 'consume',
    credits,
    at: createdAt,
  }));
  const elsewhere = ownedBy(apiKey, store.foreignCharges).map(
    ({ id, creationType, status, credits, at }): LedgerRow => ({
      id: `${id}1`,
      productId: id,
      creationType,
      status,
      credits,
      at,
    }),
  );
  return [...generations, ...selections, ...elsewhere].toSorted(newestFirst);
}

/** The last row of a page. */
export interface LedgerPlace {
  readonly at: number;
  readonly id: string;
}

/** Negative when the first comes first. All ids have the same number of digits. */
export function newestFirst(first: LedgerPlace, second: LedgerPlace): number {
  return second.at - first.at || (first.id === second.id ? 0 : first.id < second.id ? 1 : -1);
}
