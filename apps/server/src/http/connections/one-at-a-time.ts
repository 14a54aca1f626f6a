import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Handles the requests of one connection one after the other. A client may send many before it has read a reply (pipelining);
 * a single packet holds two thousand, and to begin them all in one turn would stop everybody else.
 *
 * @param mostWaiting a connection with more is cut
 */
export function oneAtATime(handle: RequestListener, mostWaiting: number): RequestListener {
  const lines = new WeakMap<Socket, (() => void)[]>();

  function begin(request: IncomingMessage, reply: ServerResponse, line: (() => void)[]): void {
    reply.once('close', () => {
      const next = line.shift();
      if (next === undefined) lines.delete(request.socket);
      // Not in the same turn: a row of requests that are answered at once must let others in between.
      else setImmediate(next);
    });
    handle(request, reply);
  }

  return (request, reply) => {
    const { socket } = request;
    const line = lines.get(socket);
    if (line === undefined) {
      const own: (() => void)[] = [];
      lines.set(socket, own);
      begin(request, reply, own);
    } else if (line.length < mostWaiting) {
      line.push(() => {
        if (!socket.destroyed) begin(request, reply, line);
      });
    } else {
      socket.destroy();
    }
  };
}
