import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { System } from '@pixsim7/core';
import type { ProblemFacts } from '../problems/problem-reply.ts';
import type { ConnectionLimits } from './connection-limits.ts';
import { endWith, rawProblem } from './raw-refusal.ts';

/**
 * Answers what Node's parser refuses (headers that are too long or too slow, text that is not HTTP) with a problem, as far as
 * HTTP allows: not when a reply to an earlier request is already on its way over the same connection.
 *
 * @param observe is told the code of each refusal
 */
export function refuseBrokenRequests(
  server: Server,
  limits: ConnectionLimits,
  system: Pick<System, 'createId'>,
  observe: (code: ProblemFacts['code']) => void,
): void {
  const replies = new WeakMap<Socket, ServerResponse>();
  server.prependListener('request', ({ socket }: IncomingMessage, reply: ServerResponse) => {
    replies.set(socket, reply);
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    const reply = replies.get(socket);
    const isReplying = reply !== undefined && reply.headersSent && !reply.writableFinished;
    if (error.code === 'ECONNRESET' || isReplying) {
      socket.destroy();
      return;
    }
    const facts = refusalOf(error, limits);
    observe(facts.code);
    endWith(socket, rawProblem(facts, system.createId('request')));
  });
  // Whoever expects something else than 100-continue gets the reply all the same, as HTTP allows.
  server.on('checkExpectation', (request, reply) => server.emit('request', request, reply));
}

function refusalOf(error: NodeJS.ErrnoException, limits: ConnectionLimits): ProblemFacts {
  switch (error.code) {
    case 'HPE_HEADER_OVERFLOW':
      return {
        code: 'headers_too_large',
        detail: `The address and the headers together have more than ${limits.headBytes} bytes.`,
      };
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return { code: 'payload_too_large', detail: 'The chunk extensions of the body are too long.' };
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return {
        code: 'request_timeout',
        detail: `The headers did not arrive within ${limits.headMs / 1_000} s.`,
        retryable: true,
      };
    default:
      return { code: 'malformed_request', detail: 'This is not a valid HTTP/1.1 request.' };
  }
}
