import { Redis } from 'ioredis';
import type { RedisOptions } from 'ioredis';

import type { OutageLog } from './outage-log.ts';

/** A process looks for a Redis that went away once a second; a restart takes about that long. */
const longestReconnectMs = 1_000;
/** A healthy Redis answers within a millisecond. One that is silent for so long counts as away. */
const silenceMs = 2_000;
const connectTimeoutMs = 2_000;

type LinkOptions = Pick<RedisOptions, 'enableOfflineQueue' | 'maxRetriesPerRequest' | 'socketTimeout'>;

export interface RedisLink {
  readonly client: Redis;
  /** True when a command can be sent now. Waits for nothing but the end of the first attempt to connect. */
  usable(): Promise<boolean>;
  /** Ends this connection and those that were duplicated from it, also in the middle of an outage. */
  close(): void;
}

/** For callers that must not wait: while Redis is away, every command fails at once. */
export function openPromptLink(redisUrl: string, outages: OutageLog): RedisLink {
  return openLink(redisUrl, outages, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    socketTimeout: silenceMs,
  });
}

/** For workers and listeners, which have nothing else to do: commands wait until Redis is back. */
export function openPatientLink(redisUrl: string, outages: OutageLog): RedisLink {
  return openLink(redisUrl, outages, { maxRetriesPerRequest: null });
}

function openLink(redisUrl: string, outages: OutageLog, options: LinkOptions): RedisLink {
  let closed = false;
  const family: Redis[] = [];
  const client = new FamilyRedis(family, redisUrl, {
    ...options,
    connectTimeout: connectTimeoutMs,
    retryStrategy: (attempts) => (closed ? null : Math.min(attempts * 50, longestReconnectMs)),
  });
  client.on('error', (error) => outages.report('Redis is away.', error));
  const firstAttempt = new Promise<void>((resolve) => {
    client.once('ready', resolve);
    client.once('close', resolve);
  });
  return {
    client,
    usable: async () => {
      await firstAttempt;
      return client.status === 'ready';
    },
    close: () => {
      closed = true;
      for (const member of family) end(member);
    },
  };
}

/** Knows its duplicates. BullMQ makes one for each worker and, in an outage, does not bring it to an end. */
class FamilyRedis extends Redis {
  readonly #family: Redis[];

  constructor(family: Redis[], redisUrl: string, options: Omit<RedisOptions, 'replyMapping'>) {
    super(redisUrl, options);
    this.#family = family;
    family.push(this);
  }

  override duplicate(override?: Partial<RedisOptions>): Redis {
    const duplicate = super.duplicate(override);
    this.#family.push(duplicate);
    return duplicate;
  }
}

/**
 * Disconnecting a client that sleeps between two attempts only cancels the next one: it never says `end`, its commands
 * never settle, and BullMQ, which waits for both, holds the process. A last attempt, after which `retryStrategy` gives
 * up, brings the end about.
 */
function end(client: Redis): void {
  if (client.status === 'end') return;
  client.once('ready', () => client.disconnect());
  if (client.status === 'reconnecting') {
    client.connect().catch(() => undefined);
  } else {
    client.disconnect();
  }
}
