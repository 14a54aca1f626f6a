import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { RequestError, StaleRowError } from '@pixsim7/core';
import type { Logger } from '@pixsim7/core';
import { isDatabaseAway, resourceTroubleOf, troubleOfDatabase } from '@pixsim7/infra';
import type { ResourceTrouble } from '@pixsim7/infra';
import { ProviderCallError } from '@pixsim7/providers';
import type { HttpEnvironment } from '../http-parts.ts';
import { problemReply } from './problem-reply.ts';
import type { ProblemFacts } from './problem-reply.ts';

/** A restart of PostgreSQL takes a few seconds. */
const databaseRetryAfterS = 5;

/** Turns what a handler threw into a problem. What nobody expected is logged and told without details. */
export function createErrorHandler(
  logger: Logger,
): (error: Error, context: Context<HttpEnvironment>) => Response {
  return (error, context) => {
    const facts = expectedProblem(error);
    if (facts !== null) {
      return problemReply(context, facts);
    }
    logger.error({ request_id: context.get('requestId'), error }, 'request failed');
    const isRead = context.req.method === 'GET' || context.req.method === 'HEAD';
    // Nobody knows how far a write came.
    const charged = isRead ? 'no' : 'unknown';
    const trouble = resourceTroubleOf(error);
    if (trouble !== null) {
      return problemReply(context, resourceProblems[trouble]);
    }
    if (isDatabaseAway(error)) {
      return problemReply(context, {
        code: 'unavailable',
        detail: `${troubleOfDatabase(error).summary} Send the request again, with the same Idempotency-Key if it had one.`,
        retryable: true,
        charged,
        retryAfterSeconds: databaseRetryAfterS,
      });
    }
    return problemReply(context, {
      code: 'internal',
      detail: 'The log of the server has details for this request id.',
      charged,
    });
  };
}

/**
 * The machine could not do it: what was begun is rolled back, and no request pays by itself, so nothing was charged.
 */
const resourceProblems: Readonly<Record<ResourceTrouble, ProblemFacts>> = {
  full: {
    code: 'insufficient_storage',
    detail: 'A disk of the server is full. Nothing was created; send the request again when there is space.',
    retryable: true,
    retryAfterSeconds: 60,
  },
  broken: {
    code: 'unavailable',
    detail: 'A disk of the server cannot be written. Nothing was created; send the request again later.',
    retryable: true,
    retryAfterSeconds: 60,
  },
  busy: {
    code: 'unavailable',
    detail: 'The server is out of connections, files or memory. Nothing was created; send the request again.',
    retryable: true,
    retryAfterSeconds: 5,
  },
};

function expectedProblem(error: Error): ProblemFacts | null {
  if (error instanceof RequestError) {
    const { code, message, errors, retryable, retryAfterSeconds } = error;
    return {
      code,
      detail: message,
      errors,
      retryable,
      ...(retryAfterSeconds === null ? {} : { retryAfterSeconds }),
    };
  }
  if (error instanceof ProviderCallError) {
    return {
      code: 'provider_error',
      detail: error.message,
      retryable: error.retry === 'later',
      charged: error.charged,
      ...(error.retryAfterSeconds === null ? {} : { retryAfterSeconds: Math.ceil(error.retryAfterSeconds) }),
    };
  }
  if (error instanceof StaleRowError) {
    return {
      code: 'state_conflict',
      detail: 'Somebody else changed this at the same time. Read it again, then decide.',
      retryable: true,
    };
  }
  return error instanceof HTTPException ? frameworkProblem(error) : null;
}

/** The framework's own refusals: of a body that is no JSON, and of one in another media type. */
function frameworkProblem(error: HTTPException): ProblemFacts | null {
  if (error.status === 400) {
    return { code: 'malformed_request', detail: 'The body is not valid JSON.' };
  }
  if (error.status !== 415) {
    return null;
  }
  return {
    code: 'unsupported_media_type',
    detail:
      'This path does not accept the Content-Type of this body; the API reference says which ones it accepts.',
  };
}
