import type { Socket } from 'node:net';
import { buildConnector } from 'undici';
import { afterWait, transferStart } from '@pixsim7/core';
import type { TransferPace } from '@pixsim7/core';
import { monotonicClock, TransferStalledError } from './steady-transfer.ts';
import type { TransferClock } from './steady-transfer.ts';

/** Looks at a connection in one silence. */
const looks = 4;

/** Connects as undici does, and ends connections whose other side takes what is sent too slowly. */
export function createWatchedConnector(
  options: buildConnector.BuildOptions,
  pace: TransferPace,
): buildConnector.connector {
  const connect = buildConnector(options);
  return (target, callback) => {
    connect(target, (...result) => {
      const [error, socket] = result;
      if (error === null) {
        watchSends(socket, pace);
        callback(null, socket);
      } else {
        callback(notOpened(error), null);
      }
    });
  };
}

/**
 * There is no connection, so no request was sent on it. The code alone would not say so: a reset during the handshake of TLS
 * looks like one after it.
 */
export class ConnectionNotOpenedError extends Error {
  override readonly name = 'ConnectionNotOpenedError';
  readonly code = 'connection_not_opened';
}

/** These say it by themselves, and why. */
const tellingCodes: readonly string[] = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT'];

function notOpened(error: Error): Error {
  const code = 'code' in error ? String(error.code) : '';
  if (tellingCodes.includes(code)) {
    return error;
  }
  return new ConnectionNotOpenedError(`No connection was opened: ${code || error.message}`, { cause: error });
}

/** The part of a socket that is needed. */
type SendingSocket = Pick<Socket, 'bytesWritten' | 'writableLength' | 'destroy' | 'once'>;

/**
 * Measures while bytes wait to be taken; a connection on which we have nothing to say may be silent. Progress is seen in
 * whole chunks, 64 KB in an upload, because the socket counts no others.
 */
export function watchSends(
  socket: SendingSocket,
  pace: TransferPace,
  clock: TransferClock = monotonicClock,
): void {
  let stand = transferStart;
  let taken = 0;
  let lookedAt = clock.now();
  let callOff = (): void => undefined;
  const look = (): void => {
    const now = clock.now();
    const takenNow = socket.bytesWritten - socket.writableLength;
    if (socket.writableLength === 0) {
      stand = transferStart;
    } else {
      const after = afterWait(stand, pace, now - lookedAt, takenNow - taken);
      if (typeof after === 'string') {
        socket.destroy(new TransferStalledError(after, pace, 'sent'));
        return;
      }
      stand = after;
    }
    taken = takenNow;
    lookedAt = now;
    callOff = clock.after(pace.silenceMs / looks, look);
  };
  look();
  socket.once('close', () => callOff());
}
