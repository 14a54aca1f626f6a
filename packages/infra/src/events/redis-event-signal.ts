import { randomUUID } from 'node:crypto';
import { createRest } from '@pixsim7/core';
import type { Instant, Logger } from '@pixsim7/core';
import { createOutageLog } from '../redis/outage-log.ts';
import { openPatientLink, openPromptLink } from '../redis/redis-link.ts';
import type { RedisAddress } from '../redis/redis-options.ts';
import { RedisUnavailableError } from '../redis/redis-unavailable-error.ts';
import { channelOf, nobody } from './channel.ts';

/** Signals are sent at each commit; a Redis that refuses them is asked again after a pause. */
const pauses = { firstMs: 500, longestMs: 4_000 };

export interface RedisEventSignalOptions extends RedisAddress {
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
  const { logger, prefix = 'pixsim7', sender = randomUUID(), now = () => Date.now() } = options;
  const outages = createOutageLog(logger, now);
  const channel = channelOf(prefix);
  const publisher = openPromptLink(options, outages);
  // A connection that listens can send nothing else.
  const subscriber = openPatientLink(options, outages);
  const listeners = new Set<() => void>();
  const chance = { ...pauses, now: () => performance.now(), random: Math.random };
  const rests = { publishing: createRest(chance), subscribing: createRest(chance) };
  let nextTry: NodeJS.Timeout | undefined;
  let subscribed = false;
  let closed = false;

  const tell = (): void => {
    for (const listener of listeners) {
      try {
        listener();
      } catch (error) {
        logger.error({ error }, 'event signal listener failed');
      }
    }
  };
  const failed = (error: unknown): void => {
    if (!closed) {
      outages.report('The event signal does not work.', error);
    }
  };
  subscriber.client.on('message', (_channel, from) => {
    if (from !== sender && from !== nobody) {
      tell();
    }
  });
  subscriber.client.on('close', () => {
    subscribed = false;
    clearTimeout(nextTry);
  });
  const subscribe = async (): Promise<void> => {
    try {
      await subscriber.client.subscribe(channel);
      subscribed = true;
      rests.subscribing.noteSuccess();
      tell();
    } catch (error) {
      failed(error);
      const pauseMs = rests.subscribing.noteFailure();
      // Without a connection the next one begins again.
      if (subscriber.client.status === 'ready') {
        nextTry = setTimeout(() => void subscribe(), pauseMs);
      }
    }
  };
  subscriber.client.on('ready', () => void subscribe());

  return {
    announce: () => {
      if (publisher.client.status !== 'ready' || rests.publishing.leftMs() > 0) {
        return;
      }
      publisher.client.publish(channel, sender).then(
        () => rests.publishing.noteSuccess(),
        (error: unknown) => {
          rests.publishing.noteFailure();
          failed(error);
        },
      );
    },
    listen: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    status: () => (subscribed && publisher.client.status === 'ready' ? 'connected' : 'disconnected'),
    ping: async () => {
      if (!(await publisher.usable())) {
        throw new RedisUnavailableError('Redis is not connected', publisher.failure());
      }
      try {
        await publisher.client.ping();
      } catch (error) {
        throw new RedisUnavailableError('Redis does not answer', error);
      }
    },
    close: async () => {
      closed = true;
      clearTimeout(nextTry);
      listeners.clear();
      publisher.close();
      subscriber.close();
    },
  };
}
