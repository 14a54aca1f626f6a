import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';

/** The kernel's room for the path of a socket, the smallest of the systems: 104 bytes with the final zero on macOS. */
const longestSocketPath = 103;

/**
 * The socket on which the server that has a data folder open takes commands from this machine. It is inside the folder,
 * so only those who can read the folder can command the server. null if the path is too long for a socket.
 */
export function controlAddress(dataDirectory: string): string | null {
  const directory = resolve(dataDirectory);
  if (process.platform === 'win32') {
    return `\\\\.\\pipe\\pixsim7-${createHash('sha256').update(directory).digest('hex').slice(0, 32)}`;
  }
  const path = join(directory, 'control.sock');
  return Buffer.byteLength(path) > longestSocketPath ? null : path;
}
