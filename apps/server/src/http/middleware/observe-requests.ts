import type { Logger, System } from '@pixsim7/core';
import { createMiddleware } from 'hono/factory';
import type { HttpEnvironment } from '../http-parts.ts';
import type { HttpMetrics } from '../metrics/http-metrics.ts';
import { routeTemplate } from './route-template.ts';

/** Asked every few seconds by machines; at `info` they would bury everything else. */
const quietRoutes: readonly string[] = ['/health', '/ready', '/metrics'];

/** One log line and one observation per request. Never the query, a body or a header: they can carry secrets. */
export function observeRequests(
  system: Pick<System, 'now'>,
  logger: Logger,
  metrics: Pick<HttpMetrics, 'observe'>,
) {
  return createMiddleware<HttpEnvironment>(async (context, next) => {
    const startedAt = system.now();
    await next();
    const route = routeTemplate(context);
    const { method } = context.req;
    const { status } = context.res;
    const ms = system.now() - startedAt;
    metrics.observe({ method, route, status, seconds: ms / 1_000 });
    const fields = { request_id: context.get('requestId'), method, route, status, ms };
    if (quietRoutes.includes(route)) logger.debug(fields, 'request');
    else logger.info(fields, 'request');
  });
}
