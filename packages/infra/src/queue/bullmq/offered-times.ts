import type { ChainableCommander, Redis } from 'ioredis';
import type { Instant } from '@pixsim7/core';
import { RedisUnavailableError } from '../../redis/redis-unavailable-error.ts';

/** Our own data in Redis about the keys of one step, besides that of BullMQ. */
export interface OfferedTimes {
  /** Notes an offer; the earlier of two times stays. Says when the key is due now, and whether it was not waiting before. */
  offer(id: string, runAt: Instant): Promise<{ readonly dueAt: Instant; readonly isNew: boolean }>;
  /** null when the key does not wait. */
  dueAt(id: string): Promise<Instant | null>;
  /** Takes the offer away, because the key runs from now on. Says how often in a row it has failed. */
  take(id: string): Promise<number>;
  rememberFailures(id: string, failures: number): Promise<void>;
  forgetFailures(id: string): Promise<void>;
  /** Keys that were due at a moment, earliest first. */
  overdue(at: Instant, most: number): Promise<string[]>;
  /** Consistent figures: a key that goes from waiting to running and back is never in neither of them. */
  figures(
    activeKey: string,
  ): Promise<{ readonly waiting: number; readonly running: number; readonly earliest: Instant | null }>;
}

/** @param prefix begins every key; the sorted set holds the times, the hash the failures in a row */
export function createOfferedTimes(client: Redis, prefix: string): OfferedTimes {
  const times = `${prefix}:times`;
  const failures = `${prefix}:failures`;
  return {
    offer: async (id, runAt) => {
      const [added, score] = await execute(
        client.multi().zadd(times, 'LT', String(runAt), id).zscore(times, id),
      );
      return { dueAt: toInstant(score) ?? runAt, isNew: added === 1 };
    },
    dueAt: async (id) => toInstant(await client.zscore(times, id)),
    take: async (id) => {
      const [, count] = await execute(client.multi().zrem(times, id).hget(failures, id));
      return typeof count === 'string' ? Number(count) : 0;
    },
    rememberFailures: async (id, count) => {
      await client.hset(failures, id, String(count));
    },
    forgetFailures: async (id) => {
      await client.hdel(failures, id);
    },
    overdue: async (at, most) => client.zrangebyscore(times, '-inf', at, 'LIMIT', 0, most),
    figures: async (activeKey) => {
      const [waiting, running, first] = await execute(
        client.multi().zcard(times).llen(activeKey).zrange(times, '0', '0', 'WITHSCORES'),
      );
      return {
        waiting: Number(waiting),
        running: Number(running),
        earliest: Array.isArray(first) ? toInstant(first[1]) : null,
      };
    },
  };
}

async function execute(commands: ChainableCommander): Promise<unknown[]> {
  const answers = await commands.exec();
  if (answers === null) {
    throw new RedisUnavailableError('Redis dropped a transaction', new Error('EXEC answered nothing'));
  }
  return answers.map(([error, answer]) => {
    if (error !== null) {
      throw error;
    }
    return answer;
  });
}

function toInstant(score: unknown): Instant | null {
  return typeof score === 'string' || typeof score === 'number' ? Number(score) : null;
}
