import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { System } from '@pixsim7/core';
import type { ConnectionLimits } from './connection-limits.ts';
import { endWith, rawProblem } from './raw-refusal.ts';

/** Why a connection was ended before its client wanted. */
export type ConnectionEnd = 'made_room' | 'full' | 'unread';

interface Progress {
  readonly reply: ServerResponse;
  sentBytes: number;
  stoodForMs: number;
}

/** How often replies are looked at. */
const lookMs = 5_000;

/**
 * Bounds how many connections there are and how long a reply is kept for a client that does not read. A new client is let in
 * as long as any connection waits for a request: hundreds that never send one cost the others nothing.
 *
 * @returns how many are open, and what ends the watch
 */
export function boundConnections(
  server: Server,
  limits: ConnectionLimits,
  system: Pick<System, 'createId' | 'every'>,
  observe: (end: ConnectionEnd) => void,
): { open(): number; stop(): void } {
  const open = new Set<Socket>();
  // A Set keeps the order of insertion: first in it is what has waited longest.
  const waiting = new Set<Socket>();
  const replying = new Map<Socket, Progress>();

  server.on('connection', (socket: Socket) => {
    if (open.size >= limits.connections && !makeRoom()) {
      observe('full');
      endWith(
        socket,
        rawProblem(
          {
            code: 'unavailable',
            detail: 'Too many requests are running at once.',
            retryable: true,
            retryAfterSeconds: 5,
          },
          system.createId('request'),
        ),
      );
      return;
    }
    open.add(socket);
    waiting.add(socket);
    socket.once('close', () => {
      open.delete(socket);
      waiting.delete(socket);
      replying.delete(socket);
    });
  });
  server.prependListener('request', ({ socket }: IncomingMessage, reply: ServerResponse) => {
    waiting.delete(socket);
    replying.set(socket, { reply, sentBytes: -1, stoodForMs: 0 });
    reply.once('close', () => {
      if (replying.get(socket)?.reply !== reply) return;
      replying.delete(socket);
      if (open.has(socket)) waiting.add(socket);
    });
  });

  function makeRoom(): boolean {
    const [longest] = waiting;
    if (longest === undefined) return false;
    observe('made_room');
    open.delete(longest);
    waiting.delete(longest);
    endWith(
      longest,
      rawProblem(
        {
          code: 'request_timeout',
          detail: 'No request came over this connection, and others need the room.',
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
      if (progress.stoodForMs < limits.unreadMs) continue;
      observe('unread');
      socket.destroy();
    }
  });
  return { open: () => open.size, stop };
}
