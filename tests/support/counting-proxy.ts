import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** Stands between a server process and another server, and counts what the process sends. */
export interface CountingProxy {
  readonly port: number;
  /** Connections and pieces of data from the client so far; a client that waits for answers sends one piece for each. */
  tries(): number;
  /** Leads new connections to another port. Those that are open stay. */
  leadTo(port: number): void;
  /** Cuts every connection that is open. */
  cut(): void;
  /** Holds every answer back until `release`, as a frozen server would: connections are taken and stay open. */
  hold(): void;
  release(): void;
  close(): Promise<void>;
}

export async function startCountingProxy(targetPort: number): Promise<CountingProxy> {
  let target = targetPort;
  let tries = 0;
  let held = false;
  const lines = new Map<Socket, Socket>();

  const server = createServer((client) => {
    tries += 1;
    const upstream = connect(target, '127.0.0.1');
    lines.set(client, upstream);
    const end = (): void => {
      client.destroy();
      upstream.destroy();
      lines.delete(client);
    };
    for (const socket of [client, upstream]) {
      socket.on('error', end).once('close', end);
    }
    client.on('data', () => {
      tries += 1;
    });
    client.pipe(upstream);
    if (!held) {
      upstream.pipe(client);
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');

  const cut = (): void => {
    for (const client of lines.keys()) {
      client.destroy();
    }
  };
  return {
    port: (server.address() as AddressInfo).port,
    tries: () => tries,
    leadTo: (port) => {
      target = port;
    },
    cut,
    hold() {
      held = true;
      for (const [client, upstream] of lines) {
        upstream.unpipe(client);
      }
    },
    release() {
      held = false;
      for (const [client, upstream] of lines) {
        upstream.pipe(client);
      }
    },
    async close() {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}
