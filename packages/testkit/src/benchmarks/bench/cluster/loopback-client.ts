import { Agent, request } from 'node:http';

export interface LoopbackReply {
  readonly status: number;
  readonly body: Buffer;
}

/** Requests to one server over kept connections. Plain `node:http`, because its own work is on the same processors. */
export interface LoopbackClient {
  send(method: string, path: string, body?: unknown): Promise<LoopbackReply>;
  close(): void;
}

/**
 * @param headers of each request
 * @param connections the most at a time; further requests wait for one
 */
export function createLoopbackClient(
  address: string,
  headers: () => Readonly<Record<string, string>>,
  connections: number,
): LoopbackClient {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  return {
    send: (method, path, body) =>
      new Promise((resolve, reject) => {
        const text = body === undefined ? '' : JSON.stringify(body);
        const sent = request(
          new URL(path, address),
          {
            agent,
            method,
            headers: {
              ...headers(),
              ...(text === ''
                ? {}
                : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
            },
          },
          (response) => {
            const chunks: Buffer[] = [];
            response.on('data', (chunk: Buffer) => chunks.push(chunk));
            response.on('error', reject);
            response.on('end', () =>
              resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks) }),
            );
          },
        );
        sent.on('error', reject);
        sent.end(text);
      }),
    close: () => agent.destroy(),
  };
}
