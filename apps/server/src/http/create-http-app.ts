import { OpenAPIHono } from '@hono/zod-openapi';
import { methodNotAllowed } from 'hono/method-not-allowed';
import { Registry } from 'prom-client';
import { features } from '../features/features.ts';
import { registerSecuritySchemes } from './documentation/document.ts';
import { bodySchemaOf, queryNamesOf, takesBody } from './documentation/route-schemas.ts';
import { HeldReplies } from './events/held-replies.ts';
import { defaultHttpLimits } from './http-parts.ts';
import type { HttpApp, HttpEnvironment, HttpParts } from './http-parts.ts';
import { createHttpMetrics } from './metrics/http-metrics.ts';
import { authenticate } from './middleware/authenticate.ts';
import { exactAddresses } from './middleware/exact-addresses.ts';
import { jsonBodies } from './middleware/json-bodies.ts';
import { knownQuery } from './middleware/known-query.ts';
import { observeRequests } from './middleware/observe-requests.ts';
import { limitRequests } from './middleware/rate-limit.ts';
import { requestIds } from './middleware/request-id.ts';
import { routeTemplate } from './middleware/route-template.ts';
import { securityHeaders } from './middleware/security-headers.ts';
import { createErrorHandler } from './problems/error-problem.ts';
import { problemReply } from './problems/problem-reply.ts';
import { refuseInvalid } from './problems/refuse-invalid.ts';
import { problemsOfJobRest } from './problems/rest-of-body.ts';
import { addHealthRoutes } from './routes/health.ts';
import { addMetricsRoute } from './routes/metrics.ts';

/**
 * Paths that need an API key: everything but health, readiness, the API reference and the webhooks of providers, which are
 * signed. People open `/admin` in a browser.
 */
const guardedPaths = { '/api/*': 'bearer', '/metrics': 'bearer', '/admin/*': 'basic' } as const;

/**
 * The HTTP API. It listens to nothing itself: give its `fetch` to an adaptor, and bound the time of slow requests there.
 *
 * @example
 * serve({ fetch: createHttpApp(parts).fetch, hostname: '127.0.0.1', port: 8000 });
 */
export function createHttpApp(parts: HttpParts): HttpApp {
  const { logger, system } = parts;
  const limits = { ...defaultHttpLimits, ...parts.limits };
  const registry = parts.metrics ?? new Registry();
  const app: HttpApp = new OpenAPIHono<HttpEnvironment>({
    defaultHook: (validation, context) =>
      refuseInvalid(
        validation,
        bodySchemaOf(app.openAPIRegistry.definitions, context.req.method, routeTemplate(context)),
        problemsOfJobRest((request) => parts.core.jobs.problemsOf(context.get('caller'), request)),
      ),
  });

  app.use(requestIds(system));
  app.use(observeRequests(system, logger, createHttpMetrics(registry)));
  app.use(securityHeaders);
  app.use(exactAddresses);
  app.use(
    methodNotAllowed({
      app,
      onMethodNotAllowed: (context, methods) =>
        problemReply(
          context,
          { code: 'method_not_allowed', detail: `This path accepts ${methods.join(', ')}.` },
          { allow: methods.join(', ') },
        ),
    }),
  );
  for (const [path, scheme] of Object.entries(guardedPaths)) {
    app.use(path, authenticate(parts.authenticate, limits, system, scheme), limitRequests(limits, system));
  }
  app.use(
    '/api/*',
    knownQuery((method, template) => queryNamesOf(app.openAPIRegistry.definitions, method, template)),
  );
  app.use(
    '/api/*',
    jsonBodies(limits, system, (method, template) =>
      takesBody(app.openAPIRegistry.definitions, method, template),
    ),
  );

  registerSecuritySchemes(app);
  addHealthRoutes(app, parts);
  addMetricsRoute(app, parts, registry);
  if (parts.serves !== 'operations') {
    const routeParts = { ...parts, limits, held: new HeldReplies(limits.heldReplies) };
    for (const { addRoutes } of features) {
      addRoutes?.(app, routeParts);
    }
  }

  app.onError(createErrorHandler(logger));
  app.notFound((context) =>
    problemReply(context, { code: 'not_found', detail: noSuchPath[parts.serves ?? 'everything'] }),
  );
  return app;
}

const noSuchPath = {
  everything: 'Path not found; /docs lists all paths.',
  operations:
    'This process is a worker and only has /health, /ready and /metrics. The api processes serve the API.',
} as const;
