import { Agent, request } from 'node:http';

/** A request as it is sent: no client library corrects it. */
export interface WireRequest {
  readonly method: string;
  /** Path and query, printable ASCII. */
  readonly path: string;
  /** Names and values; a name may be repeated. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer | null;
}

export interface WireReply {
  /** 0 when the connection broke before a reply. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  /** From the first byte of the request to the last byte of the reply, in milliseconds. */
  readonly tookMs: number;
}

/** Longer than every time limit of the server. */
const timeoutMs = 120_000;
/** Far above every expected reply. The rest of a longer one is dropped. */
const maxKeptBytes = 1024 ** 2;

/** A connection for each request: the server may close one while a refused body is still being sent. */
const agent = new Agent({ keepAlive: false, maxSockets: 64 });

/** Sends a request and reads the reply. An event stream is closed as soon as it has begun. */
export async function send(url: string, wire: WireRequest): Promise<WireReply> {
  const begun = performance.now();
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const done = (status: number, headers: WireReply['headers'], text: string): void =>
      resolve({ status, headers, text, tookMs: performance.now() - begun });
    const headers = [
      ['Host', `${hostname}:${port}`],
      ...wire.headers,
      ...(wire.body === null || hasTransferEncoding(wire) ? [] : [['Content-Length', `${wire.body.length}`]]),
    ];
    const outgoing = request(
      {
        hostname,
        port,
        agent,
        method: wire.method,
        path: wire.path,
        headers: headers.flat(),
        timeout: timeoutMs,
      },
      (reply) => {
        const status = reply.statusCode ?? 0;
        if (reply.headers['content-type']?.startsWith('text/event-stream') === true) {
          done(status, reply.headers, '');
          outgoing.destroy();
          return;
        }
        const chunks: Buffer[] = [];
        let bytes = 0;
        reply.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes <= maxKeptBytes) {
            chunks.push(chunk);
          }
        });
        reply.on('end', () => done(status, reply.headers, Buffer.concat(chunks).toString('utf8')));
        reply.on('error', () => done(0, {}, 'the reply broke off'));
      },
    );
    outgoing.on('timeout', () => outgoing.destroy(new Error(`no reply within ${timeoutMs} ms`)));
    // A connection can break after its reply, when no request listens to it any more.
    outgoing.on('socket', (socket) => socket.on('error', () => undefined));
    // After an early refusal the rest of the body cannot be sent; the reply has come by then.
    outgoing.on('error', (error) => done(0, {}, error.message));
    outgoing.end(wire.body ?? undefined);
  });
}

function hasTransferEncoding({ headers }: WireRequest): boolean {
  return headers.some(([name]) => name.toLowerCase() === 'transfer-encoding');
}
