import { Redis } from 'ioredis';

import { RedisUnavailableError } from './redis-unavailable-error.ts';

/** What a look at a Redis tells. */
export interface RedisFacts {
  readonly version: string;
  /** null when the server does not tell. */
  readonly evictionPolicy: string | null;
  readonly usedBytes: number;
  /** 0: no limit. */
  readonly maxBytes: number;
  readonly appendOnly: boolean;
  /** Milliseconds since 1970, by the clock of the server. */
  readonly now: number;
}

const connectTimeoutMs = 5_000;

/** Looks at a Redis on one connection; only reads. @throws RedisUnavailableError */
export async function inspectRedis(redisUrl: string): Promise<RedisFacts> {
  const client = new Redis(redisUrl, {
    lazyConnect: true,
    connectTimeout: connectTimeoutMs,
    commandTimeout: connectTimeoutMs,
    enableOfflineQueue: false,
    retryStrategy: () => null,
  });
  // The failed command says the same; an 'error' event without a listener ends the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    const [seconds, microseconds] = await client.time();
    const facts = parseInfo(await client.info());
    return {
      version: facts.get('redis_version') ?? 'unknown',
      evictionPolicy: facts.get('maxmemory_policy') ?? null,
      usedBytes: Number(facts.get('used_memory') ?? 0),
      maxBytes: Number(facts.get('maxmemory') ?? 0),
      appendOnly: facts.get('aof_enabled') === '1',
      now: Number(seconds) * 1_000 + Number(microseconds) / 1_000,
    };
  } catch (error) {
    throw new RedisUnavailableError('Redis does not answer.', { cause: error });
  } finally {
    client.disconnect();
  }
}

/** `INFO` is used instead of `CONFIG GET`, which hosted servers forbid. */
function parseInfo(text: string): Map<string, string> {
  return new Map(
    text
      .split('\r\n')
      .filter((line) => line.includes(':'))
      .map((line): [string, string] => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]),
  );
}
