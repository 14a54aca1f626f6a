import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { problemMediaType, type RequestId } from '@pixsim7/contracts';
import { problemOf, type ProblemFacts } from '../problems/problem-reply.ts';

/** How long a client that still sends may read the refusal before the connection is cut. */
const lingerMs = 1_000;

/** A problem for a request that never became one: the whole reply as it goes over the line. */
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
 * Writes a last reply and ends the connection. What still arrives is read and dropped for a moment, because the system
 * resets a connection that is closed with bytes unread, and the client would never see why.
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
