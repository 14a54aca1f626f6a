import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { System } from '@pixsim7/core';
import type { ProblemFacts } from '../problems/problem-reply.ts';
import type { ConnectionLimits } from './connection-limits.ts';
import { endWith, rawProblem } from './raw-refusal.ts';

/**
 * Sends a problem for requests that Node cannot parse: headers too large or too slow, or invalid HTTP. Without it Node sends an
 * empty reply. A reply that is being sent on the connection is cut off instead.
 *
 * @param observe called with the code of each refusal
 */
export function refuseBrokenRequests(
  server: Server,
  limits: ConnectionLimits,
  system: Pick<System, 'createId'>,
  observe: (code: ProblemFacts['code']) => void,
): void {
  const latest = new WeakMap<Socket, { readonly request: IncomingMessage; readonly reply: ServerResponse }>();
  const refused = new WeakSet<Socket>();
  server.prependListener('request', (request: IncomingMessage, reply: ServerResponse) => {
    latest.set(request.socket, { request, reply });
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    // Further bytes on the connection fail again.
    if (refused.has(socket)) {
      return;
    }
    refused.add(socket);
    const before = latest.get(socket);
    const isRunning = before !== undefined && !before.reply.writableFinished;
    if (error.code === 'ECONNRESET' || (isRunning && before.reply.headersSent)) {
      socket.destroy();
      return;
    }
    const facts = refusalOf(error, limits, isRunning);
    const refuse = (): void => {
      observe(facts.code);
      endWith(socket, rawProblem(facts, system.createId('request')));
    };
    // The error comes after a complete request. That request may create a job, so its client must get the reply.
    if (isRunning && before.request.complete) {
      before.reply.once('close', refuse);
    } else {
      refuse();
    }
  });
  // An unknown Expect header is ignored, as HTTP allows; Node would send 417 without a body.
  server.on('checkExpectation', (request, reply) => server.emit('request', request, reply));
}

function refusalOf(error: NodeJS.ErrnoException, limits: ConnectionLimits, isInBody: boolean): ProblemFacts {
  switch (error.code ?? '') {
    case 'HPE_HEADER_OVERFLOW':
      return {
        code: 'headers_too_large',
        detail: `Request line and headers together exceed ${limits.headBytes} bytes.`,
      };
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return { code: 'payload_too_large', detail: 'The chunk extensions of the body are too long.' };
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return {
        code: 'request_timeout',
        detail: isInBody
          ? `The request did not arrive within ${limits.requestMs / 1_000} s.`
          : `The headers did not arrive within ${limits.headMs / 1_000} s.`,
        retryable: true,
      };
    default:
      return { code: 'malformed_request', detail: 'This is not a valid HTTP/1.1 request.' };
  }
}
