import { connectionFailureOf } from '../contract/connection-failure.ts';
import { readReply, ReplyTooLongError } from '../contract/read-reply.ts';
import type { ReplyBody } from '../contract/read-reply.ts';
import { FalConnectionError, FalRefusalError, FalUnreadableAnswerError } from './call-errors.ts';
import { createCleaner } from './clean-cause.ts';
import type { Cleaner } from './clean-cause.ts';
import { readFailure } from './failure.ts';
import { isRecord } from './json.ts';

/** An account of fal as a call sees it. */
export interface FalAccess {
  readonly fetch: typeof globalThis.fetch;
  readonly key: string;
}

export interface FalCall {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly url: string;
  /** JSON text. */
  readonly body?: string;
  /** The answer may take this long. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

export interface FalAnswer {
  readonly httpStatus: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/**
 * One call with the key of the account, never repeated.
 *
 * @throws FalConnectionError, FalRefusalError, FalUnreadableAnswerError
 */
export async function callFal({ fetch, key }: FalAccess, call: FalCall): Promise<FalAnswer> {
  const cleaner = createCleaner(key);
  const { response, reply } = await exchange(fetch, cleaner, call, {
    authorization: `Key ${key}`,
    accept: 'application/json',
    ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
  });
  if (!response.ok) {
    throw refusal(response, reply, cleaner);
  }
  if (!isRecord(reply.json)) {
    throw new FalUnreadableAnswerError(`fal answered HTTP ${response.status} with no JSON object.`);
  }
  return { httpStatus: response.status, body: reply.json };
}

/** Sends bytes where fal said to. The address is secret enough: the key does not go there. */
export async function putBytes(
  { fetch, key }: FalAccess,
  call: Omit<FalCall, 'method' | 'body'> & { readonly bytes: Blob },
): Promise<void> {
  const cleaner = createCleaner(key);
  const put = { ...call, method: 'PUT', body: call.bytes } as const;
  const { response, reply } = await exchange(fetch, cleaner, put, { 'content-type': call.bytes.type });
  if (!response.ok) {
    throw refusal(response, reply, cleaner);
  }
}

async function exchange(
  fetch: typeof globalThis.fetch,
  cleaner: Cleaner,
  call: Omit<FalCall, 'body'> & { readonly body?: string | Blob },
  headers: Record<string, string>,
): Promise<{ readonly response: Response; readonly reply: ReplyBody }> {
  const timeout = AbortSignal.timeout(call.timeoutMs);
  try {
    const response = await fetch(call.url, {
      method: call.method,
      headers,
      ...(call.body === undefined ? {} : { body: call.body }),
      signal: call.signal === undefined ? timeout : AbortSignal.any([call.signal, timeout]),
      // A redirect would carry the key, or a paid request, somewhere else.
      redirect: 'error',
    });
    return { response, reply: await readReply(response) };
  } catch (cause) {
    if (cause instanceof ReplyTooLongError) {
      throw new FalUnreadableAnswerError(cause.message);
    }
    const message = timeout.aborted
      ? `fal did not answer within ${call.timeoutMs} ms.`
      : 'The connection to fal broke, or could not be made.';
    throw new FalConnectionError(message, connectionFailureOf(cause).wasNeverSent, cleaner.cause(cause));
  }
}

/** Gateways answer in HTML or plain text; the text is all there is to say about it. */
function refusal(response: Response, { text, json }: ReplyBody, cleaner: Cleaner): FalRefusalError {
  return new FalRefusalError(readFailure(response.status, response.headers, json ?? text, cleaner.text));
}
