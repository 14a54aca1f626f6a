import type { Context } from 'hono';
import {
  cutText,
  maxErrorsShown,
  problemMediaType,
  problemTitles,
  requestErrorCodes,
} from '@pixsim7/contracts';
import type { Charged, Problem, ProblemField, RequestErrorCode, RequestId } from '@pixsim7/contracts';
import type { HttpEnvironment } from '../http-parts.ts';

/** A refusal before it is written out. */
export interface ProblemFacts {
  readonly code: RequestErrorCode;
  readonly detail: string;
  readonly errors?: readonly ProblemField[];
  readonly retryable?: boolean;
  /** `no` when left out: a refused request creates nothing. */
  readonly charged?: Charged;
  /** Sent as `Retry-After`. */
  readonly retryAfterSeconds?: number;
}

/** Replies repeat names and ids from the request, which can be as long as its body. */
const maxDetailLength = 500;
const maxPointerLength = 500;

/** The address of the page about a code, on the server that answers: RFC 9457 lets `type` be relative. */
export function problemType(code: RequestErrorCode): string {
  return `/docs/problems/${code}`;
}

/** The body of an error reply. Its size is bounded, whatever the request was. */
export function problemOf(facts: ProblemFacts, requestId: RequestId): Problem {
  const errors = facts.errors ?? [];
  const moreErrors = errors.length - maxErrorsShown;
  return {
    type: problemType(facts.code),
    title: problemTitles[facts.code],
    status: requestErrorCodes[facts.code],
    code: facts.code,
    detail: cutText(facts.detail, maxDetailLength),
    errors: errors.slice(0, maxErrorsShown).map((error) => ({
      ...error,
      in: error.in ?? 'body',
      pointer: shortPointer(error.pointer),
      detail: cutText(error.detail, maxDetailLength),
    })),
    ...(moreErrors > 0 ? { more_errors: moreErrors } : {}),
    retryable: facts.retryable ?? false,
    charged: facts.charged ?? 'no',
    request_id: requestId,
  };
}

/** A cut pointer would name another place, so a long one becomes the pointer of an ancestor. */
function shortPointer(pointer: string): string {
  let short = pointer;
  while (short.length > maxPointerLength) {
    short = short.slice(0, short.lastIndexOf('/'));
  }
  return short;
}

/** The reply for every error of the API (RFC 9457). */
export function problemReply(
  context: Context<HttpEnvironment>,
  facts: ProblemFacts,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return problemResponse(facts, context.get('requestId'), headers);
}

/** The same for a request that did not reach the application. */
export function problemResponse(
  facts: ProblemFacts,
  requestId: RequestId,
  headers: Readonly<Record<string, string>> = {},
): Response {
  const problem = problemOf(facts, requestId);
  return new Response(JSON.stringify(problem), {
    status: problem.status,
    headers: {
      'content-type': problemMediaType,
      'cache-control': 'no-store',
      ...(facts.retryAfterSeconds === undefined ? {} : { 'retry-after': String(facts.retryAfterSeconds) }),
      ...headers,
    },
  });
}
