import { connectionFailureOf } from '../contract/connection-failure.ts';
import { FalConnectionError, FalRefusalError, FalUnreadableAnswerError } from './call-errors.ts';
import { createCleaner } from './clean-cause.ts';
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
  /** How long the answer may take. */
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
  const { response, text } = await exchange(fetch, cleaner, call, {
    authorization: `Key ${key}`,
    accept: 'application/json',
    ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
  });
  const body = parseOrText(text);
  if (!response.ok) {
    throw new FalRefusalError(readFailure(response.status, response.headers, body, cleaner.text));
  }
  if (!isRecord(body)) {
    throw new FalUnreadableAnswerError(`fal answered HTTP ${response.status} with no JSON object.`);
  }
  return { httpStatus: response.status, body };
}

/** Sends bytes where fal said to. The address is secret enough: the key does not go there. */
export async function putBytes(
  { fetch, key }: FalAccess,
  call: Omit<FalCall, 'method' | 'body'> & { readonly bytes: Blob },
): Promise<void> {
  const cleaner = createCleaner(key);
  const put = { ...call, method: 'PUT', body: call.bytes } as const;
  const { response, text } = await exchange(fetch, cleaner, put, { 'content-type': call.bytes.type });
  if (!response.ok) {
    throw new FalRefusalError(
      readFailure(response.status, response.headers, parseOrText(text), cleaner.text),
    );
  }
}

async function exchange(
  fetch: typeof globalThis.fetch,
  cleaner: ReturnType<typeof createCleaner>,
  call: Omit<FalCall, 'body'> & { readonly body?: string | Blob },
  headers: Record<string, string>,
): Promise<{ readonly response: Response; readonly text: string }> {
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
    return { response, text: await response.text() };
  } catch (cause) {
    const message = timeout.aborted
      ? `fal did not answer within ${call.timeoutMs} ms.`
      : 'The connection to fal broke, or could not be made.';
    throw new FalConnectionError(message, connectionFailureOf(cause).wasNeverSent, cleaner.cause(cause));
  }
}

function parseOrText(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // Gateways answer in HTML or plain text; the text is all there is to say about it.
    return text;
  }
}
