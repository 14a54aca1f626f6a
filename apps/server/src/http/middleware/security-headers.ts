import { createMiddleware } from 'hono/factory';
import type { HttpEnvironment } from '../http-parts.ts';

const always: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
};

/** For replies that say nothing of their own: data is not a page, and is not kept by caches. */
const unlessSaid: Readonly<Record<string, string>> = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cache-control': 'no-store',
};

/** No CORS headers on purpose: other origins have no business here, and the studio has the same origin. */
export const securityHeaders = createMiddleware<HttpEnvironment>(async (context, next) => {
  await next();
  const { headers } = context.res;
  for (const [name, value] of Object.entries(always)) {
    headers.set(name, value);
  }
  for (const [name, value] of Object.entries(unlessSaid)) {
    if (!headers.has(name)) {
      headers.set(name, value);
    }
  }
});
