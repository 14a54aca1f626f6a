import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { problemMediaType } from '@pixsim7/contracts';
import type { RequestId } from '@pixsim7/contracts';
import { problemOf } from '../problems/problem-reply.ts';
import type { ProblemFacts } from '../problems/problem-reply.ts';

/** Time for a client that is still sending to read the refusal before the connection is closed. */
const lingerMs = 1_000;

/** A complete HTTP reply, as text, for a request that Node could not parse. */
export function rawProblem(facts: ProblemFacts, requestId: RequestId): string {
  const problem = problemOf(facts, requestId);
  const body = JSON.stringify(problem);
  return [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? 'Refused'}`,
    `Content-Type: ${problemMediaType}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Cache-Control: no-store',
    'X-Content-Type-Options: nosniff',
    ...(facts.retryAfterSeconds === undefined ? [] : [`Retry-After: ${facts.retryAfterSeconds}`]),
    `Request-Id: ${requestId}`,
    'Connection: close',
    '',
    body,
  ].join('\r\n');
}

/**
 * Writes a last reply and ends the connection. For a moment, incoming bytes are read and dropped: the system resets a
 * connection that is closed with unread bytes, and the client would not see the reply.
 */
export function endWith(socket: Socket, reply: string): void {
  if (socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  socket.end(reply);
  socket.resume();
  setTimeout(() => socket.destroy(), lingerMs).unref();
}
