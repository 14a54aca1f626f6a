/** The account, provider and hosts of a piece of outside work. Each has a share of the places for that kind of work. */
export interface Destination {
  /** An account of a provider, or the owner of a request. */
  readonly account: string;
  /** Places that the account uses at most, where it has a limit of its own. */
  readonly slots?: number;
  /** null when the work is not for a provider. */
  readonly provider: string | null;
  /** Host and port of each server that the work talks to. */
  readonly hosts: readonly string[];
}

export const shareNames = ['account', 'host', 'provider', 'total'] as const;
export type ShareName = (typeof shareNames)[number];

/** The number of pieces of one kind of work that can run at a time in one process. */
export type Shares = Readonly<Record<ShareName, number>>;

/**
 * The kinds of outside work. A provider or host that hangs holds a quarter of all places at most, and an account a quarter
 * to a half of its provider's. Memory limits the totals: a call that waits for its answer costs some 50 KB.
 */
export const defaultShares = {
  /** Uploads of inputs included. */
  submit: { account: 8, host: 32, provider: 32, total: 128 },
  /** Cancellations included. */
  check: { account: 12, host: 48, provider: 48, total: 192 },
  /** Downloads of finished videos. */
  ingest: { account: 4, host: 12, provider: 12, total: 48 },
  balance: { account: 1, host: 4, provider: 8, total: 32 },
  /** Files that a request names by URL. Such a request has no provider yet; its account is its owner. */
  import: { account: 48, host: 16, provider: 16, total: 64 },
  /** Signatures of webhooks, for which the public keys of a provider may have to be fetched. */
  webhook: { account: 4, host: 8, provider: 8, total: 32 },
} as const satisfies Record<string, Shares>;

export type OutsideWork = keyof typeof defaultShares;

/** Places in use: of one share each, in the order of the destination's hosts for those. */
export interface Use {
  readonly account: number;
  readonly hosts: readonly number[];
  readonly provider: number;
  readonly total: number;
}

/**
 * The first share that has no room for one more; null when there is room. The last quarter of a share that several
 * accounts have in common is only for accounts that use no place yet: however many of the others hang, a healthy account
 * gets in.
 */
export function fullShare(destination: Destination, use: Use, shares: Shares): ShareName | null {
  const slots = Math.max(1, Math.min(shares.account, destination.slots ?? shares.account));
  if (use.account >= slots) {
    return 'account';
  }
  const isFull = (used: number, places: number): boolean =>
    used >= (use.account === 0 ? places : places - Math.floor(places / 4));
  if (use.hosts.some((used) => isFull(used, shares.host))) {
    return 'host';
  }
  if (destination.provider !== null && isFull(use.provider, shares.provider)) {
    return 'provider';
  }
  return isFull(use.total, shares.total) ? 'total' : null;
}
