import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener, RequestError } from '@hono/node-server';
import type { Registry } from 'prom-client';
import type { Logger, System } from '@pixsim7/core';
import type { HttpApp } from '../http-parts.ts';
import { createConnectionMetrics } from '../metrics/connection-metrics.ts';
import { problemResponse } from '../problems/problem-reply.ts';
import { boundConnections } from './bound-connections.ts';
import { defaultConnectionLimits } from './connection-limits.ts';
import type { ConnectionLimits } from './connection-limits.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { endWith, rawProblem } from './raw-refusal.ts';
import { refuseBrokenRequests } from './refuse-broken-requests.ts';

export interface ListenParts {
  readonly fetch: HttpApp['fetch'];
  readonly hostname: string;
  /** 0: any free port. */
  readonly port: number;
  readonly system: Pick<System, 'createId' | 'every'>;
  readonly logger: Logger;
  readonly metrics: Registry;
  /** Limits that are absent keep their default. */
  readonly limits?: Partial<ConnectionLimits>;
}

export interface Listening {
  readonly port: number;
  /** Accepts no new connections, gives running replies two seconds, and closes the rest. */
  readonly close: () => Promise<void>;
}

/** Serves an application over HTTP/1.1 within the bounds of connections. Rejects with Node's error when the port is taken. */
export async function listen(parts: ListenParts): Promise<Listening> {
  const { system, logger } = parts;
  const limits = { ...defaultConnectionLimits, ...parts.limits };
  const handle = getRequestListener(parts.fetch, {
    hostname: parts.hostname,
    errorHandler: (error) => {
      const requestId = system.createId('request');
      const isRefused = error instanceof RequestError;
      if (!isRefused) {
        logger.error({ request_id: requestId, error }, 'request failed');
      }
      return problemResponse(
        isRefused
          ? { code: 'malformed_request', detail: 'The Host header or the address is not valid.' }
          : {
              code: 'internal',
              detail: 'The log of the server has details for this request id.',
              charged: 'unknown',
            },
        requestId,
        { 'request-id': requestId, 'x-content-type-options': 'nosniff', connection: 'close' },
      );
    },
  });
  const metrics = createConnectionMetrics(parts.metrics);
  const refuseHost = ({ socket }: IncomingMessage): void => {
    const code = 'malformed_request';
    metrics.refused(code);
    endWith(
      socket,
      rawProblem({ code, detail: 'Exactly one Host header is required.' }, system.createId('request')),
    );
  };
  const server = createServer(
    {
      maxHeaderSize: limits.headBytes,
      headersTimeout: limits.headMs,
      requestTimeout: limits.requestMs,
      keepAliveTimeout: limits.idleMs,
      connectionsCheckingInterval: limits.checkMs,
      // Node would send a reply without a body; `hasOneHost` checks the same.
      requireHostHeader: false,
    },
    oneAtATime((request, reply) => {
      if (hasOneHost(request)) {
        void handle(request, reply);
      } else {
        refuseHost(request);
      }
    }, limits.pipelined),
  );
  // Node silently drops headers beyond a number, and one of them could be the Idempotency-Key. `headBytes` is the bound.
  server.maxHeadersCount = 0;
  refuseBrokenRequests(server, limits, system, metrics.refused);
  const connections = boundConnections(server, limits, system, metrics.ended);
  metrics.show(connections.open);

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(parts.port, parts.hostname, () => {
      server.off('error', reject);
      resolve();
    });
  });
  // A connection could not be taken, for instance because no file descriptor is left. Without a listener the error would
  // end the process.
  server.on('error', (error) => logger.error({ error }, 'connection not accepted'));
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      connections.stop();
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      setTimeout(() => server.closeAllConnections(), 2_000).unref();
      await closed;
    },
  };
}

/** HTTP/1.1 requires exactly one Host header (RFC 9112, 3.2). Health checks over HTTP/1.0 often have none. */
function hasOneHost({ httpVersion, rawHeaders }: IncomingMessage): boolean {
  const hosts = rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host').length;
  return hosts === 1 || (hosts === 0 && httpVersion === '1.0');
}
