import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import type { HttpBindings } from '@hono/node-server';
import type { Hono } from 'hono';

/** Lets a handler see Node's own server; needed to break connections on purpose. */
export interface NodeEnvironment {
  Bindings: HttpBindings;
}

export interface Listening {
  readonly port: number;
  /** Without a slash at the end. */
  readonly url: string;
  /** Breaks open connections. */
  close(): Promise<void>;
}

/** Rejects with Node's error when the port is taken. Port 0 takes a free one. */
export async function listen(
  app: Hono<NodeEnvironment>,
  address: { host: string; port: number },
): Promise<Listening> {
  // HTTP/1.1 is what the adaptor makes unless it is given another server.
  const server = createAdaptorServer({ fetch: app.fetch }) as Server;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(address.port, address.host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const { port } = server.address() as AddressInfo;
  const host = address.host.includes(':') ? `[${address.host}]` : address.host;
  return {
    port,
    url: `http://${host}:${port}`,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}
