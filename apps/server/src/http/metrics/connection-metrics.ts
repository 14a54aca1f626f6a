import type { RequestErrorCode } from '@pixsim7/contracts';
import { Counter, Gauge, type Registry } from 'prom-client';
import type { ConnectionEnd } from '../connections/bound-connections.ts';

export interface ConnectionMetrics {
  /** A request that was refused before it reached the application. */
  refused(code: RequestErrorCode): void;
  /** A connection that was ended before its client wanted. */
  ended(end: ConnectionEnd): void;
  /** @param open how many connections there are, asked when somebody looks */
  show(open: () => number): void;
}

export function createConnectionMetrics(registry: Registry): ConnectionMetrics {
  const refused = new Counter({
    name: 'pixsim7_http_broken_requests_total',
    help: 'Requests refused before they reached a route: headers too long or too slow, not HTTP.',
    labelNames: ['code'] as const,
    registers: [registry],
  });
  const ended = new Counter({
    name: 'pixsim7_http_connections_ended_total',
    help: 'Connections ended to make room, refused because there was none, or cut because nobody read the reply.',
    labelNames: ['reason'] as const,
    registers: [registry],
  });
  return {
    refused: (code) => refused.inc({ code }),
    ended: (reason) => ended.inc({ reason }),
    show(open) {
      const gauge: Gauge = new Gauge({
        name: 'pixsim7_http_connections',
        help: 'Open connections.',
        registers: [registry],
        collect: () => gauge.set(open()),
      });
    },
  };
}
