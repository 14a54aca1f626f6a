import { createRoute } from '@hono/zod-openapi';
import { healthSchema, readySchema } from '@pixsim7/contracts';
import { jsonReply, noSecurity, refusal } from '../documentation/replies.ts';
import { createHealthCheck } from '../health/health-check.ts';
import type { HttpApp, HttpParts } from '../http-parts.ts';

const tags = ['Server'];

const getHealth = createRoute({
  method: 'get',
  path: '/health',
  operationId: 'getHealth',
  summary: 'Whether the server and everything it depends on work',
  tags,
  security: noSecurity,
  responses: {
    200: jsonReply(healthSchema, 'It works; `degraded` if a part does not.'),
    503: jsonReply(healthSchema, 'The database is gone, or refuses.'),
    400: refusal[400],
  },
});

const getReady = createRoute({
  method: 'get',
  path: '/ready',
  operationId: 'getReady',
  summary: 'Whether requests should be sent here',
  tags,
  security: noSecurity,
  responses: {
    200: jsonReply(readySchema, 'Yes.'),
    503: jsonReply(readySchema, 'Not now.'),
    400: refusal[400],
  },
});

const notReady = {
  refused: 'The database refuses; /health says why.',
  disconnected: 'The database does not answer.',
} as const;

export function addHealthRoutes(app: HttpApp, parts: HttpParts): void {
  const health = createHealthCheck(parts);

  app.openapi(getHealth, async (context) => {
    const report = await health.report();
    return context.json(report, report.database === 'connected' ? 200 : 503);
  });
  app.openapi(getReady, async (context) => {
    if (parts.stopping.aborted) {
      return context.json({ ready: false, detail: 'The server stops.' }, 503);
    }
    const { database } = await health.report();
    return database === 'connected'
      ? context.json({ ready: true, detail: 'The database answers.' }, 200)
      : context.json({ ready: false, detail: notReady[database] }, 503);
  });
}
