import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** Stands between a server process and what it talks to, and counts what goes that way. */
export interface CountingProxy {
  readonly port: number;
  /** Connections and pieces of data from the client so far; a client that waits for answers sends a piece for each. */
  tries(): number;
  /** Leads new connections to another port. Those that are open stay. */
  leadTo(port: number): void;
  /** Cuts every connection that is open. */
  cut(): void;
  close(): Promise<void>;
}

export async function startCountingProxy(targetPort: number): Promise<CountingProxy> {
  let target = targetPort;
  let tries = 0;
  const sockets = new Set<Socket>();
  const join = (from: Socket, to: Socket): void => {
    sockets.add(from);
    from.on('error', () => to.destroy());
    from.once('close', () => {
      sockets.delete(from);
      to.destroy();
    });
    from.pipe(to);
  };
  const server = createServer((client) => {
    tries += 1;
    const upstream = connect(target, '127.0.0.1');
    client.on('data', () => {
      tries += 1;
    });
    join(client, upstream);
    join(upstream, client);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    tries: () => tries,
    leadTo: (port) => {
      target = port;
    },
    cut,
    async close() {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}
