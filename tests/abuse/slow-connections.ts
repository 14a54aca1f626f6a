import { connect } from 'node:net';
import type { Socket } from 'node:net';

/** A connection of a client that never finishes what it began. */
export interface SlowConnection {
  /** The first line of the reply, or '' when it was closed without one. */
  readonly ended: Promise<{ readonly reply: string; readonly afterMs: number }>;
  destroy(): void;
}

/**
 * @param begin sent at once
 * @param drip sent each second after it; empty: nothing more
 */
export function openSlowly(url: string, begin: string, drip: string): SlowConnection {
  const { hostname, port } = new URL(url);
  const begun = performance.now();
  const socket: Socket = connect({ host: hostname, port: Number(port) });
  let received = '';
  socket.on('data', (chunk: Buffer) => {
    if (received.length < 1_000) {
      received += chunk.toString('latin1');
    }
  });
  socket.write(begin);
  const timer = drip === '' ? null : setInterval(() => socket.write(drip), 1_000);
  // A reset is one of the ways in which a server may end it.
  socket.on('error', () => undefined);
  const ended = new Promise<{ reply: string; afterMs: number }>((resolve) => {
    socket.on('close', () => {
      if (timer !== null) {
        clearInterval(timer);
      }
      resolve({ reply: received.split('\r\n')[0] ?? '', afterMs: performance.now() - begun });
    });
  });
  return { ended, destroy: () => socket.destroy() };
}
