import type { RedisOptions } from 'ioredis';

/** The address of Redis, and how its certificate is checked. */
export interface RedisAddress {
  /** `redis://` or `rediss://` (TLS); Redis 6.2 or newer. */
  readonly redisUrl: string;
  /** Certificates in PEM of the authorities that may have signed that of Redis. Those of Node.js when left out. */
  readonly redisCa?: string | undefined;
}

/** A healthy Redis takes a connection within milliseconds. */
export const connectTimeoutMs = 2_000;

/** Options of every connection to Redis: those of the queue, of the events, and of doctor. */
export function redisOptions({ redisUrl, redisCa }: RedisAddress): Omit<RedisOptions, 'replyMapping'> {
  return {
    connectTimeout: connectTimeoutMs,
    // The check would send INFO, which a user with few rights may not, and would hold a connection back while Redis loads
    // its data: its refusals tell the same, sooner.
    enableReadyCheck: false,
    // Its promise is nobody's: a refused channel would end the process. Who listens subscribes at each new connection.
    autoResubscribe: false,
    ...(redisCa === undefined || !redisUrl.startsWith('rediss:') ? {} : { tls: { ca: redisCa } }),
  };
}
