import {
  problemMediaType,
  problemTitles,
  requestErrorCodes,
  type Charged,
  type Problem,
  type ProblemField,
  type RequestErrorCode,
} from '@pixsim7/contracts';
import type { Context } from 'hono';
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

/** A stable URI for each code (RFC 9457 wants one); a URN, because an installation has no address that lasts. */
export function problemType(code: RequestErrorCode): string {
  return `urn:pixsim7:problem:${code}`;
}

/** The reply for every error of the API (RFC 9457). */
export function problemReply(
  context: Context<HttpEnvironment>,
  facts: ProblemFacts,
  headers: Readonly<Record<string, string>> = {},
): Response {
  const problem: Problem = {
    type: problemType(facts.code),
    title: problemTitles[facts.code],
    status: requestErrorCodes[facts.code],
    code: facts.code,
    detail: facts.detail,
    errors: [...(facts.errors ?? [])],
    retryable: facts.retryable ?? false,
    charged: facts.charged ?? 'no',
    request_id: context.get('requestId'),
  };
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
