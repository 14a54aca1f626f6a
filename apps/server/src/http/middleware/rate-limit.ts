import { createMiddleware } from 'hono/factory';
import type { System } from '@pixsim7/core';
import type { HttpEnvironment, HttpLimits } from '../http-parts.ts';
import { problemReply } from '../problems/problem-reply.ts';
import { TokenBuckets } from './token-bucket.ts';

/** Bounds the requests of one API key. Stands after `authenticate`. */
export function limitRequests(limits: HttpLimits, system: Pick<System, 'now'>) {
  const buckets = new TokenBuckets(
    { burst: limits.requestBurst, perSecond: limits.requestsPerSecond },
    system.now,
  );
  return createMiddleware<HttpEnvironment>(async (context, next) => {
    const retryAfterSeconds = buckets.take(context.get('caller').keyId);
    if (retryAfterSeconds === 0) {
      return next();
    }
    return problemReply(context, {
      code: 'too_many_requests',
      detail: `At most ${limits.requestsPerSecond} requests a second, ${limits.requestBurst} at once.`,
      retryable: true,
      retryAfterSeconds,
    });
  });
}
