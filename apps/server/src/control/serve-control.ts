import { once } from 'node:events';
import { chmod, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import type { Logger } from '@pixsim7/core';
import { controlAddress } from './control-address.ts';
import { controlRequestSchema, longestRequest } from './protocol.ts';
import type { ControlHandlers, ControlReply, ControlRequest } from './protocol.ts';

export interface ControlParts {
  readonly dataDirectory: string;
  readonly logger: Logger;
  readonly handlers: ControlHandlers;
}

/**
 * Listens for the commands of this machine. Only for the process that holds the lock of the data folder: a socket that is
 * there already is a dead one.
 *
 * @returns the function that calls running commands off, waits for them and stops listening
 */
export async function serveControl({
  dataDirectory,
  logger,
  handlers,
}: ControlParts): Promise<() => Promise<void>> {
  const address = controlAddress(dataDirectory);
  if (address === null) {
    logger.warn(
      { data_dir: dataDirectory },
      'path too long for a socket: stop the server to back up or rotate keys',
    );
    return () => Promise.resolve();
  }
  const stopping = new AbortController();
  const running = new Set<Promise<void>>();
  const server = createServer((socket) => {
    const answering = answer(socket, handlers, stopping.signal)
      .catch((error: unknown) => logger.error({ error }, 'command not answered'))
      .finally(() => running.delete(answering));
    running.add(answering);
  });
  await rm(address, { force: true });
  server.listen(address);
  await once(server, 'listening');
  if (process.platform !== 'win32') {
    await chmod(address, 0o600);
  }
  return async () => {
    stopping.abort(new Error('The server stops.'));
    server.close();
    await Promise.all(running);
  };
}

async function answer(socket: Socket, handlers: ControlHandlers, stopping: AbortSignal): Promise<void> {
  const gone = new AbortController();
  socket.once('close', () => gone.abort(new Error('The command was cancelled.')));
  // A client that breaks off is seen by `close`; without a listener its error would end the process.
  socket.on('error', () => undefined);
  const signal = AbortSignal.any([stopping, gone.signal]);
  const reply = await carryOut(socket, handlers, signal);
  socket.end(`${JSON.stringify(reply)}\n`);
}

async function carryOut(
  socket: Socket,
  handlers: ControlHandlers,
  signal: AbortSignal,
): Promise<ControlReply> {
  try {
    const request = controlRequestSchema.parse(JSON.parse(await readLine(socket, signal)));
    return { outcome: 'done', result: await run(handlers, request, signal) };
  } catch (error) {
    return { outcome: 'failed', message: error instanceof Error ? error.message : String(error) };
  }
}

function run(handlers: ControlHandlers, request: ControlRequest, signal: AbortSignal): Promise<unknown> {
  switch (request.command) {
    case 'backup':
      return handlers.backup(request, signal);
    case 'rotate_secret_key':
      return handlers.rotate_secret_key(request, signal);
    case 'rotate_api_key':
      return handlers.rotate_api_key(request, signal);
  }
}

/** The line that a request is. What comes after it is not read: an end of the connection must still be noticed. */
async function readLine(socket: Socket, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    socket.setEncoding('utf8').on('data', (chunk) => {
      text += String(chunk);
      const end = text.indexOf('\n');
      if (end !== -1) {
        resolve(text.slice(0, end));
      } else if (text.length > longestRequest) {
        reject(new Error('The request is too long.'));
      }
    });
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}
