import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { controlAddress } from './control-address.ts';
import { controlCommands, controlReplySchema } from './protocol.ts';
import type { ControlCommand, ControlRequest, ControlResult } from './protocol.ts';

/** The server could not, or did not, do what it was asked for. */
export class ControlError extends Error {
  override readonly name = 'ControlError';
  readonly code = 'control';
}

/**
 * Asks the server that has the data folder open. null when none listens there.
 *
 * @throws ControlError when it failed, or went away before it answered
 */
export async function callControl<Command extends ControlCommand>(
  dataDirectory: string,
  request: ControlRequest<Command> & { readonly command: Command },
): Promise<ControlResult<Command> | null> {
  const address = controlAddress(dataDirectory);
  if (address === null) {
    return null;
  }
  const socket = await open(address);
  if (socket === null) {
    return null;
  }
  // Not `end`: the server takes the end of the connection for "never mind".
  socket.write(`${JSON.stringify(request)}\n`);
  let text = '';
  for await (const chunk of socket.setEncoding('utf8')) {
    text += String(chunk);
  }
  if (text === '') {
    throw new ControlError('The server stopped before it was done.');
  }
  const reply = controlReplySchema.parse(JSON.parse(text));
  if (reply.outcome === 'failed') {
    throw new ControlError(reply.message);
  }
  return controlCommands[request.command].result.parse(reply.result) as ControlResult<Command>;
}

function open(address: string): Promise<Socket | null> {
  return new Promise((resolve, reject) => {
    const socket = connect(address);
    socket.once('connect', () => resolve(socket));
    socket.once('error', (error: NodeJS.ErrnoException) => {
      // Nobody made the socket, or the one who did was killed.
      if (error.code === 'ENOENT' || error.code === 'ECONNREFUSED') {
        resolve(null);
      } else {
        reject(error);
      }
    });
  });
}
