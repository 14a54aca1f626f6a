import { createRoute } from '@hono/zod-openapi';
import type { Registry } from 'prom-client';
import { z } from 'zod';
import { requireScope } from '@pixsim7/core';
import { bearerSecurity, refusal } from '../documentation/replies.ts';
import type { HttpApp, HttpParts } from '../http-parts.ts';
import { createStateMetrics } from '../metrics/state-metrics.ts';

const getMetrics = createRoute({
  method: 'get',
  path: '/metrics',
  operationId: 'getMetrics',
  summary: 'Metrics in the text format of Prometheus',
  tags: ['Server'],
  security: bearerSecurity,
  responses: {
    200: { description: 'All metrics.', content: { 'text/plain': { schema: z.string() } } },
    ...refusal,
  },
});

export function addMetricsRoute(app: HttpApp, parts: HttpParts, registry: Registry): void {
  const state = createStateMetrics(registry, parts);
  let reading: Promise<string> | null = null;

  // Two readers at once would reset each other's gauges, so they share one reading.
  async function read(): Promise<string> {
    await state.read();
    return registry.metrics();
  }
  app.openapi(getMetrics, async (context) => {
    requireScope(context.get('caller'), 'operations:read');
    reading ??= read().finally(() => {
      reading = null;
    });
    return context.text(await reading, 200, { 'content-type': registry.contentType });
  });
}
