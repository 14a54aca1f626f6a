import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { System } from '@pixsim7/core';
import type { ConnectionLimits } from './connection-limits.ts';
import { endWith, rawProblem } from './raw-refusal.ts';

/** Why the server ended a connection. */
export type ConnectionEnd = 'made_room' | 'full' | 'unread';

interface Progress {
  readonly reply: ServerResponse;
  sentBytes: number;
  stoodForMs: number;
}

/** The interval between checks of the progress of replies. */
const lookMs = 5_000;

/**
 * Bounds the number of connections, and the time a reply waits for a client that does not read. A new client replaces the
 * connection that has been idle longest, so hundreds of clients that never send a request keep nobody out.
 */
export function boundConnections(
  server: Server,
  limits: ConnectionLimits,
  system: Pick<System, 'createId' | 'every'>,
  observe: (end: ConnectionEnd) => void,
): { readonly open: () => number; stop(): void } {
  const open = new Set<Socket>();
  // A Set keeps the order of insertion: the first connection has been idle longest.
  const idle = new Set<Socket>();
  const replying = new Map<Socket, Progress>();

  server.on('connection', (socket: Socket) => {
    if (open.size >= limits.connections && !makeRoom()) {
      observe('full');
      endWith(
        socket,
        rawProblem(
          {
            code: 'unavailable',
            detail: 'All connections are busy.',
            retryable: true,
            retryAfterSeconds: 5,
          },
          system.createId('request'),
        ),
      );
      return;
    }
    open.add(socket);
    idle.add(socket);
    socket.once('close', () => {
      open.delete(socket);
      idle.delete(socket);
      replying.delete(socket);
    });
  });
  server.prependListener('request', ({ socket }: IncomingMessage, reply: ServerResponse) => {
    idle.delete(socket);
    replying.set(socket, { reply, sentBytes: -1, stoodForMs: 0 });
    reply.once('close', () => {
      if (replying.get(socket)?.reply !== reply) {
        return;
      }
      replying.delete(socket);
      if (open.has(socket)) {
        idle.add(socket);
      }
    });
  });

  function makeRoom(): boolean {
    const [longest] = idle;
    if (longest === undefined) {
      return false;
    }
    observe('made_room');
    open.delete(longest);
    idle.delete(longest);
    endWith(
      longest,
      rawProblem(
        {
          code: 'request_timeout',
          detail: 'No complete request arrived, and other clients need the connection.',
          retryable: true,
        },
        system.createId('request'),
      ),
    );
    return true;
  }

  const stop = system.every(lookMs, () => {
    for (const [socket, progress] of replying) {
      const sentBytes = socket.bytesWritten - socket.writableLength;
      const stands = socket.writableLength > 0 && sentBytes === progress.sentBytes;
      progress.stoodForMs = stands ? progress.stoodForMs + lookMs : 0;
      progress.sentBytes = sentBytes;
      if (progress.stoodForMs < limits.unreadMs) {
        continue;
      }
      observe('unread');
      socket.destroy();
    }
  });
  return { open: () => open.size, stop };
}
