import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import { RequestError } from '@pixsim7/core';
import type { System } from '@pixsim7/core';
import { BodyBudget } from '../body/body-budget.ts';
import { defaultJsonBounds, readJson } from '../body/read-json.ts';
import { announcedLength, receiveBody, tooLarge } from '../body/receive-body.ts';
import type { HttpEnvironment, HttpLimits } from '../http-parts.ts';
import { problemReply } from '../problems/problem-reply.ts';
import { routeTemplate } from './route-template.ts';

/** Routes whose bodies can carry files, as data URLs. */
const jobRoutes: readonly string[] = ['/api/v1/jobs', '/api/v1/quotes'];
/** Smaller bodies need no room in the budget: one on each connection makes 64 MB. */
const smallBodyBytes = 64 * 1024;
/** Longest wait of a large body for room. Each one before it takes a second or two. */
const patienceMs = 30_000;
const retryAfterSeconds = 5;

/**
 * Reads JSON bodies before validation, strictly and within the bounds of their route; `context.req.json()` then returns the
 * value. Bodies of other types stay streams.
 */
export function jsonBodies(
  limits: HttpLimits,
  system: Pick<System, 'every'>,
  takesBody: (method: string, template: string) => boolean,
) {
  const budget = new BodyBudget(limits.largeBodiesBytes);

  return createMiddleware<HttpEnvironment>(async (context, next) => {
    const { raw: request } = context.req;
    const template = routeTemplate(context);
    if (request.body === null || !hasBody(context) || template === 'unmatched') {
      return next();
    }
    const isBodyTaken = takesBody(context.req.method, template);
    if (!isJson(context)) {
      if (!isBodyTaken) {
        throw unsupported('This request takes no body.');
      }
      return next();
    }

    const maxBytes = jobRoutes.includes(template) ? limits.jobBytes : limits.jsonBytes;
    const announced = announcedLength(request);
    if (announced !== null && announced > maxBytes) {
      throw tooLarge(maxBytes);
    }
    const release = await makeRoom(budget, announced ?? maxBytes, request.signal, system);
    if (release === null) {
      return problemReply(context, {
        code: 'unavailable',
        detail:
          'Too many large bodies are being processed. Upload files to /api/v1/assets, or try again later.',
        retryable: true,
        retryAfterSeconds,
      });
    }
    try {
      const value = await readJson(
        await receiveBody(
          request.body,
          announced,
          { maxBytes, silenceMs: limits.bodySilenceMs, arrivalMs: limits.bodyArrivalMs },
          system,
        ),
        defaultJsonBounds,
        pause,
      );
      if (!isBodyTaken) {
        assertEmpty(value);
      }
      context.req.json = <Value>() => Promise.resolve(value as Value);
      return await next();
    } finally {
      release();
    }
  });
}

/** null when there was no room in time, or the client disconnected. */
async function makeRoom(
  budget: BodyBudget,
  bytes: number,
  clientGone: AbortSignal,
  system: Pick<System, 'every'>,
): Promise<(() => void) | null> {
  if (bytes <= smallBodyBytes) {
    return () => undefined;
  }
  const outOfPatience = new AbortController();
  const stopTimer = system.every(patienceMs, () => outOfPatience.abort());
  try {
    return await budget.take(bytes, AbortSignal.any([clientGone, outOfPatience.signal]));
  } finally {
    stopTimer();
  }
}

/** The Node adaptor makes a stream even for requests without a body, so the headers decide. */
function hasBody(context: Context<HttpEnvironment>): boolean {
  if (context.env?.incoming === undefined) {
    return true;
  }
  const length = context.req.header('content-length');
  return length === undefined ? context.req.header('transfer-encoding') !== undefined : Number(length) > 0;
}

/** Whether the Content-Type is JSON. @throws RequestError for encodings and charsets that are not supported */
function isJson(context: Context<HttpEnvironment>): boolean {
  const contentType = context.req.header('content-type')?.trim() ?? '';
  if (contentType === '') {
    throw unsupported('A body needs a Content-Type.');
  }
  const encoding = context.req.header('content-encoding')?.trim().toLowerCase() ?? 'identity';
  if (encoding !== 'identity') {
    throw unsupported('Content-Encoding is not supported.');
  }
  if (!/^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/iu.test(contentType)) {
    return false;
  }
  const charset = /;\s*charset=(?:"([^"]*)"|([^\s;]*))/iu.exec(contentType);
  const name = (charset?.[1] ?? charset?.[2] ?? 'utf-8').toLowerCase();
  if (name !== 'utf-8' && name !== 'utf8') {
    throw unsupported('JSON must be UTF-8.');
  }
  return true;
}

/** Some clients always send `{}`. Anything else would be ignored without the client knowing. */
function assertEmpty(value: unknown): void {
  const isEmpty = typeof value === 'object' && value !== null && Object.keys(value).length === 0;
  if (isEmpty && !Array.isArray(value)) {
    return;
  }
  const detail = 'This request takes no body.';
  throw new RequestError('invalid_params', detail, {
    errors: [{ pointer: '', code: 'not_supported', detail }],
  });
}

function unsupported(detail: string): RequestError {
  return new RequestError('unsupported_media_type', detail);
}

async function pause(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
