import { Redis } from 'ioredis';
import type { RedisOptions } from 'ioredis';
import { createRest } from '@pixsim7/core';
import type { OutageLog } from './outage-log.ts';
import { redisOptions } from './redis-options.ts';
import type { RedisAddress } from './redis-options.ts';

/** A process has about ten connections; at the longest pause they are five to eight tries a second. */
const reconnectPauses = { firstMs: 100, longestMs: 2_000 };
/** A connection that was good for so long failed again; one that breaks at once goes on failing. */
const settledMs = 5_000;
/** A healthy Redis answers within a millisecond. One that is silent for so long counts as away. */
const silenceMs = 2_000;

type LinkOptions = Pick<RedisOptions, 'enableOfflineQueue' | 'maxRetriesPerRequest' | 'socketTimeout'>;

export interface RedisLink {
  readonly client: Redis;
  /** True when a command can be sent now. Waits for nothing but the end of the first try to connect. */
  usable(): Promise<boolean>;
  /** Why there is no connection; null while there is one, or before the first failure. */
  failure(): Error | null;
  /** Ends this connection and those that were duplicated from it, also in the middle of an outage. */
  close(): void;
}

/** For callers that must not wait: while Redis is away, every command fails at once. */
export function openPromptLink(address: RedisAddress, outages: OutageLog): RedisLink {
  return openLink(address, outages, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    socketTimeout: silenceMs,
  });
}

/** For workers and listeners, which have nothing else to do: commands wait until Redis is back. */
export function openPatientLink(address: RedisAddress, outages: OutageLog): RedisLink {
  return openLink(address, outages, { maxRetriesPerRequest: null });
}

function openLink(address: RedisAddress, outages: OutageLog, options: LinkOptions): RedisLink {
  let failure: Error | null = null;
  const family = new RedisFamily();
  const client = new FamilyRedis(family, address.redisUrl, { ...redisOptions(address), ...options });
  client.on('error', (error) => {
    failure = error;
    outages.report('Redis cannot be used.', error);
  });
  client.on('ready', () => {
    failure = null;
  });
  const firstConnect = new Promise<void>((resolve) => {
    client.once('ready', resolve);
    client.once('close', resolve);
  });
  return {
    client,
    usable: async () => {
      await firstConnect;
      return client.status === 'ready';
    },
    failure: () => failure,
    close: () => family.close(),
  };
}

/** A connection and its duplicates. BullMQ makes one for each worker and, in an outage, does not bring it to an end. */
class RedisFamily {
  readonly #members: Redis[] = [];
  #closed = false;

  add(member: Redis): void {
    this.#members.push(member);
    const now = (): number => performance.now();
    const rest = createRest({ ...reconnectPauses, now, random: Math.random });
    let readyAt: number | null = null;
    // The count that ioredis passes begins again at each connection, also at one that is closed at its first command.
    member.options.retryStrategy = () => {
      if (this.#closed) {
        return null;
      }
      if (readyAt !== null && now() - readyAt >= settledMs) {
        rest.noteSuccess();
      }
      readyAt = null;
      return rest.noteFailure();
    };
    member.on('ready', () => {
      readyAt = now();
    });
  }

  close(): void {
    this.#closed = true;
    for (const member of this.#members) {
      end(member);
    }
  }
}

class FamilyRedis extends Redis {
  readonly #family: RedisFamily;

  constructor(family: RedisFamily, redisUrl: string, options: Omit<RedisOptions, 'replyMapping'>) {
    super(redisUrl, options);
    this.#family = family;
    family.add(this);
  }

  override duplicate(override?: Partial<RedisOptions>): Redis {
    const duplicate = super.duplicate(override);
    this.#family.add(duplicate);
    return duplicate;
  }
}

/**
 * Disconnecting a client that sleeps between two tries only cancels the next one: it never says `end`, its commands
 * never settle, and BullMQ, which waits for both, holds the process. A last try, after which `retryStrategy` gives
 * up, brings the end about.
 */
function end(client: Redis): void {
  if (client.status === 'end') {
    return;
  }
  client.once('ready', () => client.disconnect());
  if (client.status === 'reconnecting') {
    client.connect().catch(() => undefined);
  } else {
    client.disconnect();
  }
}
