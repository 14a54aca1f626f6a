import { createMiddleware } from 'hono/factory';
import { isIdentifier } from '@pixsim7/contracts';
import type { Logger, System, WorkSubject } from '@pixsim7/core';
import { runAbout } from '../../observability/correlation.ts';
import { continueTrace, inSpan, markFailed, SpanKind } from '../../observability/tracing.ts';
import type { HttpEnvironment } from '../http-parts.ts';
import type { HttpMetrics } from '../metrics/http-metrics.ts';
import { routeTemplate } from './route-template.ts';

/** Asked every few seconds by machines; at `info` they would bury everything else. */
const quietRoutes: readonly string[] = ['/health', '/ready', '/metrics'];

/**
 * One log line, one observation and one span per request; whatever is logged meanwhile names the request. Never the
 * query, a body or a header: they can carry secrets.
 */
export function observeRequests(
  system: Pick<System, 'now'>,
  logger: Logger,
  metrics: Pick<HttpMetrics, 'observe'>,
) {
  return createMiddleware<HttpEnvironment>(async (context, next) => {
    const { method, path } = context.req;
    const request_id = context.get('requestId');
    const attributes = { 'http.request.method': method, 'url.path': path };
    await runAbout({ request_id, ...subjectOf(path) }, () =>
      continueTrace(context.req.header(), () =>
        inSpan(method, { kind: SpanKind.SERVER, attributes }, async (span) => {
          const startedAt = system.now();
          await next();
          const route = routeTemplate(context);
          const { status } = context.res;
          span.updateName(`${method} ${route}`);
          span.setAttributes({ 'http.route': route, 'http.response.status_code': status });
          if (status >= 500) {
            markFailed(span, String(status));
          }
          const ms = system.now() - startedAt;
          metrics.observe({ method, route, status, seconds: ms / 1_000 });
          const fields = { request_id, method, route, status, ms };
          if (quietRoutes.includes(route)) {
            logger.debug(fields, 'request');
          } else {
            logger.info(fields, 'request');
          }
        }),
      ),
    );
  });
}

/** Only what has the form of an id of ours: a path is written by strangers. */
function subjectOf(path: string): WorkSubject {
  const [, collection, id = ''] = /^\/api\/v1\/(jobs|accounts)\/([^/]+)/u.exec(path) ?? [];
  if (collection === 'jobs' && isIdentifier('job', id)) {
    return { job_id: id };
  }
  if (collection === 'accounts' && isIdentifier('account', id)) {
    return { account_id: id };
  }
  return {};
}
