import { connect, type Socket } from 'node:net';
import { BackupError } from '../backup/manifest.ts';
import { controlAddress } from './control-address.ts';
import { controlReplySchema, type ControlReply, type ControlRequest } from './protocol.ts';

/**
 * Asks the server that has the data folder open. null when none listens there.
 *
 * @throws BackupError when it went away before it answered
 */
export async function callControl(
  dataDirectory: string,
  request: ControlRequest,
): Promise<ControlReply | null> {
  const address = controlAddress(dataDirectory);
  if (address === null) return null;
  const socket = await open(address);
  if (socket === null) return null;
  // Not `end`: the server takes the end of the connection for "never mind".
  socket.write(`${JSON.stringify(request)}\n`);
  let text = '';
  for await (const chunk of socket.setEncoding('utf8')) text += String(chunk);
  if (text === '') throw new BackupError('The server went away before the backup was complete.');
  return controlReplySchema.parse(JSON.parse(text));
}

function open(address: string): Promise<Socket | null> {
  return new Promise((resolve, reject) => {
    const socket = connect(address);
    socket.once('connect', () => resolve(socket));
    socket.once('error', (error: NodeJS.ErrnoException) => {
      // Nobody made the socket, or the one who did was killed.
      if (error.code === 'ENOENT' || error.code === 'ECONNREFUSED') resolve(null);
      else reject(error);
    });
  });
}
