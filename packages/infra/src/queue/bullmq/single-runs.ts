import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { StepHandler } from '@pixsim7/core';
import type { OutageLog } from '../../redis/outage-log.ts';
import type { RedisLink } from '../../redis/redis-link.ts';
import { createRedisScript } from '../../redis/redis-script.ts';
import type { RedisScript } from '../../redis/redis-script.ts';
import type { Scheduler } from '../scheduler.ts';

/** A process that died or stands still holds a key for so long. Then the next look for what is overdue runs it, 2 s later. */
const leaseMs = 2_000;
const renewMs = 500;

/** A process that finds the key taken leaves a word for its holder. */
const takeScript = `
if redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then
  redis.call('DEL', KEYS[2])
  return 1
end
redis.call('SET', KEYS[2], '1', 'PX', ARGV[2])
return 0`;

const renewScript = `
if redis.call('GET', KEYS[1]) == ARGV[1] then
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
  redis.call('PEXPIRE', KEYS[2], ARGV[2])
end`;

/** Says whether somebody came meanwhile. */
const endScript = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return 0
end
redis.call('DEL', KEYS[1])
return redis.call('DEL', KEYS[2])`;

export interface SingleRunsOptions {
  /** Begins every key in Redis. */
  readonly prefix: string;
  readonly link: RedisLink;
  readonly outages: OutageLog;
  readonly scheduler: Scheduler;
}

interface Scripts {
  readonly take: RedisScript;
  readonly renew: RedisScript;
  readonly end: RedisScript;
}

/**
 * Lets a handler run for one key in one process at a time, over all processes. Who finds the key taken ends at once, and
 * the holder runs once more. It saves work and is no lock: without Redis, or after a process stood still, two of them run.
 */
export function singleRuns(handler: StepHandler, options: SingleRunsOptions): StepHandler {
  const { prefix, link, scheduler } = options;
  const scripts = openScripts(link.client);
  const holder = randomUUID();
  const inRedis = (script: RedisScript, id: string, values: readonly string[]): Promise<unknown> =>
    tryScript(options, script, [`${prefix}:${id}:holder`, `${prefix}:${id}:called`], values);
  const lease = String(leaseMs);

  return async (id, signal) => {
    if ((await inRedis(scripts.take, id, [holder, lease])) === 0) {
      return {};
    }
    let cancel = (): void => undefined;
    const renewLater = (): void => {
      cancel = scheduler.after(renewMs, () => {
        void inRedis(scripts.renew, id, [holder, lease]);
        renewLater();
      });
    };
    renewLater();
    let isCalled = false;
    try {
      const result = await handler(id, signal);
      isCalled = (await inRedis(scripts.end, id, [holder])) === 1;
      return isCalled ? { again: scheduler.now() } : result;
    } catch (error) {
      await inRedis(scripts.end, id, [holder]);
      throw error;
    } finally {
      cancel();
    }
  };
}

function openScripts(client: Redis): Scripts {
  return {
    take: createRedisScript(client, takeScript),
    renew: createRedisScript(client, renewScript),
    end: createRedisScript(client, endScript),
  };
}

/** undefined when Redis does not answer. */
async function tryScript(
  { link, outages }: SingleRunsOptions,
  script: RedisScript,
  keys: readonly string[],
  values: readonly string[],
): Promise<unknown> {
  try {
    return (await link.usable()) ? await script(keys, values) : undefined;
  } catch (error) {
    outages.report('A step could not be kept for one process.', error);
    return undefined;
  }
}
