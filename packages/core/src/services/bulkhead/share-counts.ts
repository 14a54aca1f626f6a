import { fullShare, type Destination, type ShareName, type Shares } from '../../rules/places.ts';

/** What shows whether a share moves. */
export interface Movement {
  /** Places given back so far: two equal readings say that nothing moved in between. */
  freed: number;
  /** Somebody waited here and nothing moved. */
  isStuck: boolean;
}

interface Count extends Movement {
  used: number;
}

/** The places in use, by account, host, provider and in total. */
export class ShareCounts {
  readonly #shares: Shares;
  readonly #counts = new Map<string, Count>();

  constructor(shares: Shares) {
    this.#shares = shares;
  }

  get total(): number {
    return this.#used('total');
  }

  /** The share that has no room for one more; null when there is room. */
  full(destination: Destination): ShareName | null {
    const { account, hosts, provider } = destination;
    const use = {
      account: this.#used(`account ${account}`),
      hosts: hosts.map((host) => this.#used(`host ${host}`)),
      provider: provider === null ? 0 : this.#used(`provider ${provider}`),
      total: this.total,
    };
    return fullShare(destination, use, this.#shares);
  }

  take(destination: Destination): void {
    for (const key of keysOf(destination)) this.#countOf(key).used += 1;
  }

  giveBack(destination: Destination): void {
    for (const key of keysOf(destination)) {
      const count = this.#countOf(key);
      count.used -= 1;
      count.freed += 1;
      count.isStuck = false;
      if (count.used === 0) this.#counts.delete(key);
    }
  }

  /** Of the share that this destination found full; of several hosts, of the fullest. */
  movementOf(share: ShareName, { account, hosts, provider }: Destination): Movement {
    switch (share) {
      case 'account':
        return this.#countOf(`account ${account}`);
      case 'host': {
        const [fullest = ''] = hosts.toSorted(
          (one, other) => this.#used(`host ${other}`) - this.#used(`host ${one}`),
        );
        return this.#countOf(`host ${fullest}`);
      }
      case 'provider':
        return this.#countOf(`provider ${provider}`);
      case 'total':
        return this.#countOf('total');
    }
  }

  #used(key: string): number {
    return this.#counts.get(key)?.used ?? 0;
  }

  #countOf(key: string): Count {
    const known = this.#counts.get(key);
    if (known !== undefined) return known;
    const count: Count = { used: 0, freed: 0, isStuck: false };
    this.#counts.set(key, count);
    return count;
  }
}

function keysOf({ account, hosts, provider }: Destination): string[] {
  return [
    `account ${account}`,
    ...hosts.map((host) => `host ${host}`),
    ...(provider === null ? [] : [`provider ${provider}`]),
    'total',
  ];
}
