import { Counter, Histogram } from 'prom-client';
import type { Registry } from 'prom-client';

export interface ObservedRequest {
  readonly method: string;
  /** The template, never the path: ids would make a time series each. */
  readonly route: string;
  readonly status: number;
  readonly seconds: number;
}

export interface HttpMetrics {
  observe(request: ObservedRequest): void;
}

const methods: readonly string[] = ['GET', 'HEAD', 'POST', 'PATCH', 'PUT', 'DELETE', 'OPTIONS'];

/** Counts and times requests. Held replies (`?wait=`) count with the time that they were held. */
export function createHttpMetrics(registry: Registry): HttpMetrics {
  const labelNames = ['method', 'route', 'status'] as const;
  const requests = new Counter({
    name: 'pixsim7_http_requests_total',
    help: 'Requests answered, by route template.',
    labelNames,
    registers: [registry],
  });
  const durations = new Histogram({
    name: 'pixsim7_http_request_duration_seconds',
    help: 'Time until the reply began.',
    labelNames,
    buckets: [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    registers: [registry],
  });
  return {
    observe({ method, route, status, seconds }) {
      // A client may invent methods; each would be a new time series.
      const labels = { method: methods.includes(method) ? method : 'other', route, status: String(status) };
      requests.inc(labels);
      durations.observe(labels, seconds);
    },
  };
}
