import { randomUUID } from 'node:crypto';

import type { Instant, Logger } from '@pixsim7/core';

import { createOutageLog } from '../redis/outage-log.ts';
import { openPatientLink, openPromptLink } from '../redis/redis-link.ts';
import { RedisUnavailableError } from '../redis/redis-unavailable-error.ts';

export interface RedisEventSignalOptions {
  readonly redisUrl: string;
  readonly logger: Logger;
  /** Names the channel `<prefix>:events`. `pixsim7` when left out. */
  readonly prefix?: string;
  /** Tells this process from the others, which alone hear its signals. Random when left out. */
  readonly sender?: string;
  readonly now?: () => Instant;
}

export type RedisEventSignalStatus = 'connected' | 'disconnected';

/** Tells the other processes that events were committed. A signal that is lost costs latency only. */
export interface RedisEventSignal {
  /** Never throws; does nothing while Redis is away. */
  announce(): void;
  /**
   * Calls the listener for each signal of another process, and after each interruption, in which signals may have been
   * missed. Returns the function that ends it.
   */
  listen(listener: () => void): () => void;
  /** Whether signals are both sent and heard. */
  status(): RedisEventSignalStatus;
  /** @throws RedisUnavailableError */
  ping(): Promise<void>;
  close(): Promise<void>;
}

export function createRedisEventSignal(options: RedisEventSignalOptions): RedisEventSignal {
  const { redisUrl, logger, prefix = 'pixsim7', sender = randomUUID(), now = () => Date.now() } = options;
  const outages = createOutageLog(logger, now);
  const channel = `${prefix}:events`;
  const publisher = openPromptLink(redisUrl, outages);
  // A connection that listens can send nothing else.
  const subscriber = openPatientLink(redisUrl, outages);
  const listeners = new Set<() => void>();
  let subscribed = false;
  let closed = false;

  const tell = (): void => {
    for (const listener of listeners) {
      try {
        listener();
      } catch (error) {
        logger.error({ error }, 'A listener of the event signal failed.');
      }
    }
  };
  const failed = (error: unknown): void => {
    if (!closed) outages.report('The event signal does not work.', error);
  };
  subscriber.client.on('message', (_channel, from) => {
    if (from !== sender) tell();
  });
  subscriber.client.on('close', () => {
    subscribed = false;
  });
  const subscribe = async (): Promise<void> => {
    try {
      await subscriber.client.subscribe(channel);
      subscribed = true;
      tell();
    } catch (error) {
      failed(error);
    }
  };
  subscriber.client.on('ready', () => void subscribe());

  return {
    announce: () => {
      if (publisher.client.status === 'ready') publisher.client.publish(channel, sender).catch(failed);
    },
    listen: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    status: () => (subscribed && publisher.client.status === 'ready' ? 'connected' : 'disconnected'),
    ping: async () => {
      if (!(await publisher.usable())) {
        throw new RedisUnavailableError('Redis is not connected.');
      }
      try {
        await publisher.client.ping();
      } catch (error) {
        throw new RedisUnavailableError('Redis does not answer.', { cause: error });
      }
    },
    close: async () => {
      closed = true;
      listeners.clear();
      publisher.close();
      subscriber.close();
    },
  };
}
