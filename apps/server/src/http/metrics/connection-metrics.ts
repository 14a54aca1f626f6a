import { Counter, Gauge } from 'prom-client';
import type { Registry } from 'prom-client';
import type { RequestErrorCode } from '@pixsim7/contracts';
import type { ConnectionEnd } from '../connections/bound-connections.ts';

export interface ConnectionMetrics {
  /** Counts a request that was refused before it reached the application. */
  readonly refused: (code: RequestErrorCode) => void;
  /** Counts a connection that the server ended. */
  readonly ended: (end: ConnectionEnd) => void;
  /** @param open the number of connections, read when metrics are collected */
  show(open: () => number): void;
}

export function createConnectionMetrics(registry: Registry): ConnectionMetrics {
  const refused = new Counter({
    name: 'pixsim7_http_broken_requests_total',
    help: 'Requests refused before routing: headers too large or too slow, or invalid HTTP.',
    labelNames: ['code'] as const,
    registers: [registry],
  });
  const ended = new Counter({
    name: 'pixsim7_http_connections_ended_total',
    help: 'Connections ended by the server: to make room, because all were busy, or because the client did not read its reply.',
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
