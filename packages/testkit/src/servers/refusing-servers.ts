import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

/** A server that takes connections and refuses whatever it is asked, and counts. */
export interface RefusingServer {
  readonly port: number;
  /** Since its start. */
  readonly counts: { readonly connections: number; readonly requests: number };
  close(): Promise<void>;
}

/**
 * A Redis that answers every command with an error.
 *
 * @param answer without the minus sign: `LOADING Redis is loading the dataset in memory`
 * @param closes whether it closes the connection after its first answer, as in protected mode
 */
export function startRefusingRedis(port: number, answer: string, closes = false): Promise<RefusingServer> {
  return startRefusing(port, (socket, count) => {
    if (closes) {
      count();
      socket.end(`-${answer}\r\n`);
      return;
    }
    socket.on('data', (chunk) => {
      // Each command is an array of its own; a client that pipelines sends several at once.
      const commands = chunk.toString('latin1').match(/\*\d+\r\n\$/gu)?.length ?? 1;
      for (let command = 0; command < commands; command += 1) {
        count();
        socket.write(`-${answer}\r\n`);
      }
    });
  });
}

const sslRequest = 80_877_103;

/** A PostgreSQL that refuses every login with a SQLSTATE. */
export function startRefusingPostgres(
  port: number,
  sqlState: string,
  message: string,
): Promise<RefusingServer> {
  const fields = `SFATAL\0VFATAL\0C${sqlState}\0M${message}\0\0`;
  const length = Buffer.alloc(4);
  length.writeInt32BE(4 + Buffer.byteLength(fields));
  const refusal = Buffer.concat([Buffer.from('E'), length, Buffer.from(fields)]);
  return startRefusing(port, (socket, count) => {
    socket.on('data', (chunk) => {
      if (chunk.length >= 8 && chunk.readInt32BE(4) === sslRequest) {
        socket.write('N');
        return;
      }
      count();
      socket.end(refusal);
    });
  });
}

/** An HTTP server that answers every request with a status, e.g. in the place of an object store or a provider. */
export async function startRefusingHttp(
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<RefusingServer> {
  const counts = { connections: 0, requests: 0 };
  const server = createHttpServer((request, response) => {
    counts.requests += 1;
    request.resume();
    response.writeHead(status, headers).end(body);
  });
  server.on('connection', () => {
    counts.connections += 1;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    counts,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function startRefusing(
  port: number,
  serve: (socket: Socket, count: () => void) => void,
): Promise<RefusingServer> {
  const counts = { connections: 0, requests: 0 };
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    counts.connections += 1;
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    // Clients leave as they like.
    socket.on('error', () => undefined);
    serve(socket, () => {
      counts.requests += 1;
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    counts,
    async close() {
      for (const socket of sockets) {
        socket.destroy();
      }
      server.close();
      await once(server, 'close');
    },
  };
}
