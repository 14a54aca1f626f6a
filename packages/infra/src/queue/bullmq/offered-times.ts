import type { Redis } from 'ioredis';
import type { Instant } from '@pixsim7/core';
import { createRedisScript } from '../../redis/redis-script.ts';
import { RedisUnavailableError } from '../../redis/redis-unavailable-error.ts';

/** The job of BullMQ that carries a key. */
export interface CarriedJob {
  readonly jobId: string;
  /** The name of its hash in Redis. */
  readonly key: string;
  /** The name of the sorted set of jobs that are not due yet. */
  readonly delayedKey: string;
  /** The lead of BullMQ's clock over ours, in milliseconds. */
  readonly clockAheadMs: number;
}

/**
 * The result of an offer: nobody had noted the key (`new`), its job comes in time (`carried`), or its job has to be brought
 * forward or is missing (`late`).
 */
export type Offered = { readonly dueAt: Instant; readonly found: 'new' | 'carried' | 'late' };

/** Our own data in Redis about the keys of one step, besides that of BullMQ. */
export interface OfferedTimes {
  /** Notes an offer; the earlier of two times stays. */
  offer(id: string, runAt: Instant, job: CarriedJob): Promise<Offered>;
  /** Notes when a key that runs is due again; the earlier of two times stays. False when its job is lost. */
  note(id: string, runAt: Instant, job: CarriedJob): Promise<boolean>;
  /** null when the key does not wait. */
  dueAt(id: string): Promise<Instant | null>;
  /** Takes the offer away, because the key runs from now on. Says how often in a row it has failed. */
  take(id: string): Promise<number>;
  /** Returns how often in a row it has failed now. */
  countFailure(id: string): Promise<number>;
  forgetFailures(id: string): Promise<void>;
  /** Keys that were due at a moment, earliest first. */
  overdue(at: Instant, most: number): Promise<string[]>;
  /** Consistent figures: a key that goes from waiting to running and back is never in neither of them. */
  figures(
    activeKey: string,
  ): Promise<{ readonly waiting: number; readonly running: number; readonly earliest: Instant | null }>;
}

/**
 * One step of the way for almost every offer, and one that changes nothing for a key that is on its way already. BullMQ
 * counts 4,096 places for each millisecond of a delay.
 */
const offerScript = `
local noted = redis.call('ZSCORE', KEYS[1], ARGV[1])
if not noted then
  redis.call('ZADD', KEYS[1], ARGV[2], ARGV[1])
  return { ARGV[2], 'new' }
end
if tonumber(noted) > tonumber(ARGV[2]) then
  redis.call('ZADD', KEYS[1], ARGV[2], ARGV[1])
  return { ARGV[2], 'late' }
end
if redis.call('EXISTS', KEYS[2]) == 0 then
  return { noted, 'late' }
end
local delayed = redis.call('ZSCORE', KEYS[3], ARGV[3])
if delayed and math.floor(tonumber(delayed) / 4096) > math.ceil(tonumber(noted)) + tonumber(ARGV[4]) + 1 then
  return { noted, 'late' }
end
return { noted, 'carried' }`;

const noteScript = `
redis.call('ZADD', KEYS[1], 'LT', ARGV[2], ARGV[1])
return redis.call('EXISTS', KEYS[2])`;

const takeScript = `
redis.call('ZREM', KEYS[1], ARGV[1])
return redis.call('HGET', KEYS[2], ARGV[1])`;

/** @param prefix begins every key; the sorted set holds the times, the hash the failures in a row */
export function createOfferedTimes(client: Redis, prefix: string): OfferedTimes {
  const times = `${prefix}:times`;
  const failures = `${prefix}:failures`;
  const offer = createRedisScript(client, offerScript);
  const note = createRedisScript(client, noteScript);
  const take = createRedisScript(client, takeScript);
  return {
    offer: async (id, runAt, { jobId, key, delayedKey, clockAheadMs }) => {
      const answer = await offer([times, key, delayedKey], [id, String(runAt), jobId, String(clockAheadMs)]);
      const [score, found] = Array.isArray(answer) ? (answer as unknown[]) : [];
      return {
        dueAt: toInstant(score) ?? runAt,
        found: found === 'new' || found === 'carried' ? found : 'late',
      };
    },
    note: async (id, runAt, { key }) => (await note([times, key], [id, String(runAt)])) === 1,
    dueAt: async (id) => toInstant(await client.zscore(times, id)),
    take: async (id) => {
      const count = await take([times, failures], [id]);
      return typeof count === 'string' ? Number(count) : 0;
    },
    countFailure: (id) => client.hincrby(failures, id, 1),
    forgetFailures: async (id) => {
      await client.hdel(failures, id);
    },
    overdue: async (at, most) => client.zrangebyscore(times, '-inf', at, 'LIMIT', 0, most),
    figures: async (activeKey) => {
      const answers = await client
        .multi()
        .zcard(times)
        .llen(activeKey)
        .zrange(times, '0', '0', 'WITHSCORES')
        .exec();
      if (answers === null) {
        throw new RedisUnavailableError('Redis dropped a transaction', new Error('EXEC answered nothing'));
      }
      const [waiting, running, first] = answers.map(([error, answer]) => {
        if (error !== null) {
          throw error;
        }
        return answer;
      });
      return {
        waiting: Number(waiting),
        running: Number(running),
        earliest: Array.isArray(first) ? toInstant(first[1]) : null,
      };
    },
  };
}

function toInstant(score: unknown): Instant | null {
  return typeof score === 'string' || typeof score === 'number' ? Number(score) : null;
}
