import { PixVerseAbortError, PixVerseConnectionError, PixVerseTimeoutError } from '../errors.ts';
import type { CallFacts } from '../errors.ts';
import type { Call, CallContent } from './call.ts';
import { wasNeverSent } from './connection-failure.ts';
import { withDeadline } from './deadline.ts';
import { interpretResponse } from './interpret-response.ts';
import type { ReceivedResponse } from './interpret-response.ts';
import { readBody } from './read-body.ts';
import type { Redactor } from './redact.ts';
import { parseRetryAfter } from './retry-policy.ts';
import type { TransportSettings } from './settings.ts';

export interface SingleRequest<Reply> {
  readonly call: Call<Reply>;
  readonly traceId: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  /** An earlier request of the same call may have created something: then no later refusal can deny it. */
  readonly outcomeAlreadyOpen: boolean;
}

/**
 * One HTTP exchange.
 *
 * @throws {PixVerseError}
 */
export async function performRequest<Reply>(
  request: SingleRequest<Reply>,
  settings: TransportSettings,
  redactor: Redactor,
): Promise<Reply> {
  const { call, traceId, timeoutMs, signal } = request;
  const mayHaveBeenProcessed = (byThisRequest: boolean): boolean =>
    call.kind !== 'read' && (byThisRequest || request.outcomeAlreadyOpen);
  const facts = (byThisRequest: boolean): CallFacts => ({
    traceId,
    mayHaveBeenProcessed: mayHaveBeenProcessed(byThisRequest),
  });

  if (signal?.aborted === true) {
    throw new PixVerseAbortError({ ...facts(false), traceId: null });
  }
  const body = bodyOf(call.content);
  const outcome = await withDeadline((requestSignal) => exchange(request, body, requestSignal, settings), {
    timeoutMs,
    signal,
  });
  if (outcome.ended === 'completed') {
    return interpretResponse(outcome.value, call.readReply, { traceId, redactor, mayHaveBeenProcessed });
  }
  if (outcome.ended === 'failed') {
    throw new PixVerseConnectionError({
      ...facts(!wasNeverSent(outcome.error)),
      cause: redactor.cause(outcome.error),
    });
  }
  throw outcome.ended === 'timeout'
    ? new PixVerseTimeoutError(timeoutMs, facts(true))
    : new PixVerseAbortError(facts(true));
}

async function exchange<Reply>(
  request: SingleRequest<Reply>,
  body: string | FormData | undefined,
  signal: AbortSignal,
  settings: TransportSettings,
): Promise<ReceivedResponse> {
  const { content, method, path } = request.call;
  const response = await settings.fetch(settings.baseURL + path, {
    method,
    headers: {
      'API-KEY': settings.apiKey,
      'Ai-trace-id': request.traceId,
      Accept: 'application/json',
      ...(content?.type === 'json' ? { 'Content-Type': 'application/json' } : {}),
    },
    ...(body === undefined ? {} : { body }),
    redirect: 'manual',
    signal,
  });
  return {
    httpStatus: response.status,
    bodyText: await readBody(response),
    retryAfterMs: parseRetryAfter(response.headers.get('Retry-After'), settings.now()),
  };
}

function bodyOf(content: CallContent | undefined): string | FormData | undefined {
  return content?.type === 'form' ? content.form() : content?.text;
}
