import { troubleOfRedis } from './redis-trouble.ts';

/** Redis does not do what it is asked. That is only a hint or a figure, so nothing of ours is lost. */
export class RedisUnavailableError extends Error {
  override readonly name = 'RedisUnavailableError';
  readonly code = 'redis_unavailable';

  /** @param cause what the client says; the message tells what it means */
  constructor(event: string, cause: unknown) {
    const { summary, reason } = troubleOfRedis(cause);
    super(`${event}: ${summary} (${reason})`, { cause });
  }
}
