import { fullShare } from '../../rules/places.ts';
import type { Destination, ShareName, Shares } from '../../rules/places.ts';

/** One share of the places, e.g. that of the account `a`. */
export interface Share {
  readonly name: ShareName;
  /** Unique among all shares of a bulkhead. */
  readonly key: string;
}

interface Count {
  used: number;
  /** Different after every place that is given back. */
  stamp: number;
  /** Somebody waited here and nothing moved. */
  isStuck: boolean;
}

/** The places in use, by account, host, provider and in total. A share that nobody uses takes no memory. */
export class ShareCounts {
  readonly #shares: Shares;
  readonly #counts = new Map<string, Count>();
  #stamp = 0;

  constructor(shares: Shares) {
    this.#shares = shares;
  }

  get total(): number {
    return this.used('total');
  }

  /** The number of shares in use. */
  get size(): number {
    return this.#counts.size;
  }

  /** Places in use of the share with this key. */
  used(key: string): number {
    return this.#counts.get(key)?.used ?? 0;
  }

  /** The share that has no room for one more; of several hosts, the fullest. null when there is room. */
  full(destination: Destination): Share | null {
    const { account, hosts, provider } = destination;
    const usedByHost = hosts.map((host) => this.used(hostKey(host)));
    const use = {
      account: this.used(accountKey(account)),
      hosts: usedByHost,
      provider: provider === null ? 0 : this.used(providerKey(provider)),
      total: this.total,
    };
    const name = fullShare(destination, use, this.#shares);
    switch (name) {
      case null:
        return null;
      case 'account':
        return { name, key: accountKey(account) };
      case 'host':
        return { name, key: hostKey(hosts[usedByHost.indexOf(Math.max(...usedByHost))] ?? '') };
      case 'provider':
        return { name, key: providerKey(provider ?? '') };
      case 'total':
        return { name, key: 'total' };
    }
  }

  take(destination: Destination): void {
    for (const { key } of sharesOf(destination)) {
      const count = this.#counts.get(key);
      if (count === undefined) {
        this.#counts.set(key, { used: 1, stamp: this.#nextStamp(), isStuck: false });
      } else {
        count.used += 1;
      }
    }
  }

  /** @returns the keys of the shares that have room again */
  giveBack(destination: Destination): string[] {
    const withRoom: string[] = [];
    for (const { key, name } of sharesOf(destination)) {
      const count = this.#counts.get(key);
      if (count === undefined) {
        throw new Error(`A place of ${key} is given back that was never taken.`);
      }
      count.used -= 1;
      count.stamp = this.#nextStamp();
      count.isStuck = false;
      if (count.used < this.#shares[name]) {
        withRoom.push(key);
      }
      if (count.used === 0) {
        this.#counts.delete(key);
      }
    }
    return withRoom;
  }

  /** Two equal stamps say that no place of this share was given back in between. */
  stampOf(key: string): number {
    return this.#counts.get(key)?.stamp ?? 0;
  }

  isStuck(key: string): boolean {
    return this.#counts.get(key)?.isStuck ?? false;
  }

  /** Until the next place is given back. */
  markStuck(key: string): void {
    const count = this.#counts.get(key);
    if (count !== undefined) {
      count.isStuck = true;
    }
  }

  #nextStamp(): number {
    this.#stamp += 1;
    return this.#stamp;
  }
}

export function accountKey(account: string): string {
  return `account ${account}`;
}

function hostKey(host: string): string {
  return `host ${host}`;
}

function providerKey(provider: string): string {
  return `provider ${provider}`;
}

function sharesOf({ account, hosts, provider }: Destination): Share[] {
  return [
    { name: 'account', key: accountKey(account) },
    ...hosts.map((host): Share => ({ name: 'host', key: hostKey(host) })),
    ...(provider === null ? [] : [{ name: 'provider', key: providerKey(provider) } as const]),
    { name: 'total', key: 'total' },
  ];
}
