import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Handles the requests of a connection one after the other. With pipelining a single packet can hold two thousand requests,
 * and starting all of them in one turn would block every other client. Once a connection has been ended, its further
 * requests are ignored: the client was told that nothing was done.
 *
 * @param maxWaiting a connection with more waiting requests is closed
 */
export function oneAtATime(handle: RequestListener, maxWaiting: number): RequestListener {
  const lines = new WeakMap<Socket, (() => void)[]>();

  function begin(request: IncomingMessage, reply: ServerResponse, line: (() => void)[]): void {
    reply.once('close', () => {
      const next = line.shift();
      if (next === undefined) {
        lines.delete(request.socket);
      }
      // In a later turn, so other connections get theirs in between.
      else {
        setImmediate(next);
      }
    });
    handle(request, reply);
  }

  return (request, reply) => {
    const { socket } = request;
    if (!socket.writable) {
      return;
    }
    const line = lines.get(socket);
    if (line === undefined) {
      const own: (() => void)[] = [];
      lines.set(socket, own);
      begin(request, reply, own);
    } else if (line.length < maxWaiting) {
      line.push(() => {
        if (socket.writable) {
          begin(request, reply, line);
        }
      });
    } else {
      socket.destroy();
    }
  };
}
