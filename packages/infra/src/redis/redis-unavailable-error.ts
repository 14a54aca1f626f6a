/** Redis does not answer. What is asked for is only a hint or a figure, so nothing of ours is lost. */
export class RedisUnavailableError extends Error {
  override readonly name = 'RedisUnavailableError';
  readonly code = 'redis_unavailable';
}
