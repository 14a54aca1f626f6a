import { createMiddleware } from 'hono/factory';
import type { System } from '@pixsim7/core';
import type { HttpEnvironment, HttpLimits } from '../http-parts.ts';
import { problemReply } from '../problems/problem-reply.ts';
import { TokenBuckets } from './token-bucket.ts';

/** Addresses that were good once; far more than an installation has accounts. */
const maxKnownPaths = 1_000;

/**
 * Bounds what arrives without an API key: refused deliveries per remote address, as for wrong keys, and believed ones per
 * account. An address of ours that was good before is let through, because behind a proxy everybody has one remote address.
 */
export function limitWebhooks(limits: HttpLimits, system: Pick<System, 'now'>) {
  const refused = new TokenBuckets(
    { burst: limits.wrongKeyBurst, perSecond: limits.wrongKeysPerSecond },
    system.now,
  );
  const deliveries = new TokenBuckets(
    { burst: limits.webhookBurst, perSecond: limits.webhooksPerSecond },
    system.now,
  );
  const goodPaths = new Set<string>();

  return createMiddleware<HttpEnvironment>(async (context, next) => {
    const { path } = context.req;
    const remote = context.env?.incoming?.socket?.remoteAddress ?? 'unknown';
    const retryAfterSeconds = goodPaths.has(path) ? deliveries.take(path) : refused.peek(remote);
    if (retryAfterSeconds > 0) {
      return problemReply(context, {
        code: 'too_many_requests',
        detail: 'Too many webhooks arrived here in a short time.',
        retryable: true,
        retryAfterSeconds,
      });
    }
    await next();
    const { status } = context.res;
    if (status === 401 || status === 404) {
      refused.take(remote);
    } else if (status === 200 && goodPaths.size < maxKnownPaths) {
      goodPaths.add(path);
    }
    return undefined;
  });
}
