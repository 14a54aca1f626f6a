import { createHash } from 'node:crypto';
import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import type { System } from '@pixsim7/core';
import type { HttpEnvironment, HttpLimits, HttpParts } from '../http-parts.ts';
import { problemReply } from '../problems/problem-reply.ts';
import { TokenBuckets } from './token-bucket.ts';

/** Keys that were good once; far more than an installation has. */
const maxKnownKeys = 1_000;

/**
 * Lets requests with an API key through and says whose they are.
 *
 * An address that sends wrong keys is refused before the database is asked, except with a key that was good before:
 * behind a proxy everybody has one address, and one broken client must not lock the others out.
 *
 * @param scheme `basic` also takes the key as a password, which is how a browser can send one: it asks the person for it
 *   and keeps it out of URLs and pages
 */
export function authenticate(
  findCaller: HttpParts['authenticate'],
  limits: HttpLimits,
  system: Pick<System, 'now'>,
  scheme: 'bearer' | 'basic' = 'bearer',
) {
  const wrongKeys = new TokenBuckets(
    { burst: limits.wrongKeyBurst, perSecond: limits.wrongKeysPerSecond },
    system.now,
  );
  const goodKeys = new Set<string>();

  return createMiddleware<HttpEnvironment>(async (context, next) => {
    const key = keyOf(context) ?? (scheme === 'basic' ? passwordOf(context) : null);
    if (key === null) {
      return unauthorized(context, scheme, howToSend[scheme]);
    }
    const address = context.env?.incoming?.socket?.remoteAddress ?? 'unknown';
    const hash = createHash('sha256').update(key).digest('hex');
    const waitSeconds = goodKeys.has(hash) ? 0 : wrongKeys.peek(address);
    if (waitSeconds > 0) {
      return tooManyWrongKeys(context, waitSeconds);
    }
    const caller = await findCaller(key);
    if (caller === null) {
      goodKeys.delete(hash);
      wrongKeys.take(address);
      return unauthorized(context, scheme, 'This API key is not known.');
    }
    if (goodKeys.size < maxKnownKeys) {
      goodKeys.add(hash);
    }
    context.set('caller', caller);
    await next();
  });
}

/** Never from the query: URLs end up in logs, histories and referrers. */
function keyOf(context: Context<HttpEnvironment>): string | null {
  const [, bearer] = /^bearer +(\S+)$/iu.exec(context.req.header('authorization') ?? '') ?? [];
  const key = bearer ?? context.req.header('x-api-key') ?? '';
  return key === '' ? null : key;
}

/** The password of HTTP Basic (RFC 7617), whatever the user name; keys are ASCII. */
function passwordOf(context: Context<HttpEnvironment>): string | null {
  const [, encoded] = /^basic +([\w+/=-]+)$/iu.exec(context.req.header('authorization') ?? '') ?? [];
  const pair = Buffer.from(encoded ?? '', 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  return colon === -1 || colon === pair.length - 1 ? null : pair.slice(colon + 1);
}

const howToSend = {
  bearer: 'Send it as "Authorization: Bearer <key>" or "X-API-Key".',
  basic: 'Enter it as the password, with any user name.',
} as const;

const challenges = {
  bearer: 'Bearer realm="PixSim7"',
  basic: 'Basic realm="PixSim7: the API key is the password", charset="UTF-8"',
} as const;

function unauthorized(
  context: Context<HttpEnvironment>,
  scheme: keyof typeof challenges,
  detail: string,
): Response {
  return problemReply(context, { code: 'unauthorized', detail }, { 'www-authenticate': challenges[scheme] });
}

function tooManyWrongKeys(context: Context<HttpEnvironment>, retryAfterSeconds: number): Response {
  return problemReply(context, {
    code: 'too_many_requests',
    detail: 'Too many wrong API keys came from this address.',
    retryable: true,
    retryAfterSeconds,
  });
}
