import { FetchFailedError, UnreachableHostError, UnsafeUrlError } from '@pixsim7/core';
import type { FetchLimits, OutgoingHttp, OutgoingSender, TransferPace } from '@pixsim7/core';
import { reasonOf } from '../trouble/causes.ts';
import { checkLiteralAddress, parseUrl, withoutQuery } from './checked-url.ts';
import { privateHostCode } from './guarded-agent.ts';
import { createSafeFetch, leaveUnread } from './safe-fetch.ts';
import type { SafeFetchOptions, SafeFetchResponse } from './safe-fetch.ts';
import { steadily } from './steady-transfer.ts';
import { startTimeLimit } from './time-limit.ts';
import type { TimeLimit } from './time-limit.ts';

export interface ClosableOutgoingHttp extends OutgoingHttp, OutgoingSender {
  /** Waits for running transfers and closes the connections. */
  close(): Promise<void>;
}

/** The outgoing ports over the guarded fetch. */
export function createOutgoingHttp(options: SafeFetchOptions = {}): ClosableOutgoingHttp {
  const safeFetch = createSafeFetch(options);

  return {
    checkUrl(text) {
      const url = parseUrl(text);
      if (options.allowPrivateAddresses !== true) {
        checkLiteralAddress(url);
      }
    },
    async download(text: string, limits: FetchLimits) {
      const url = parseUrl(text);
      const limit = startTimeLimit(limits.timeoutMs, limits.signal);
      try {
        const { signal } = limit;
        const response = await safeFetch.get(text, {
          signal,
          silenceMs: limits.pace.silenceMs,
          trustedOrigin: limits.trustedOrigin,
        });
        await refuseUnusable(response);
        return bytesOf(response, limit, limits.pace);
      } catch (error) {
        limit.end();
        throw asFetchError(url, error);
      }
    },
    async send(text, message, { timeoutMs, maxReplyBytes, trustedOrigin, signal: outer }) {
      const url = parseUrl(text);
      const limit = startTimeLimit(timeoutMs, outer);
      try {
        const { signal } = limit;
        const { status, headers, body } = await safeFetch.post(text, { ...message, signal, trustedOrigin });
        return { status, headers: textOf(headers), body: await firstBytes(body, maxReplyBytes) };
      } catch (error) {
        throw asFetchError(url, error);
      } finally {
        limit.end();
      }
    },
    close: () => safeFetch.close(),
  };
}

async function refuseUnusable({ url, status, headers, body }: SafeFetchResponse): Promise<void> {
  const encoding = headers['content-encoding'] ?? 'identity';
  // 206 is a success that is not the whole file, although no part of it was asked for.
  const complaint =
    status < 200 || status > 299 || status === 206
      ? `answered with status ${status}`
      : encoding === 'identity'
        ? null
        : `answered in the encoding ${String(encoding)}, which was not asked for`;
  if (complaint !== null) {
    await leaveUnread(body);
    throw new FetchFailedError(`${withoutQuery(url)} ${complaint}.`, status);
  }
}

/** A header that came more than once is one, with commas. */
function textOf(headers: SafeFetchResponse['headers']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
    ),
  );
}

/** Leaving the loop ends the connection, so the rest of a long reply is not read. */
async function firstBytes(body: SafeFetchResponse['body'], maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    chunks.push(chunk);
    bytes += chunk.byteLength;
    if (bytes >= maxBytes) {
      break;
    }
  }
  return Uint8Array.from(Buffer.concat(chunks).subarray(0, maxBytes));
}

/** A body that ends before its announced length makes undici throw; it does not look like a complete one. */
async function* bytesOf(
  { url, body }: SafeFetchResponse,
  limit: TimeLimit,
  pace: TransferPace,
): AsyncGenerator<Uint8Array> {
  try {
    yield* steadily(body, pace, (error) => body.destroy(error));
  } catch (error) {
    throw asFetchError(url, error);
  } finally {
    limit.end();
  }
}

function asFetchError(url: URL, error: unknown): FetchFailedError | UnsafeUrlError {
  if (error instanceof FetchFailedError || error instanceof UnsafeUrlError) {
    return error;
  }
  if (isUnreachable(error)) {
    return new UnreachableHostError(withoutQuery(url), error);
  }
  return new FetchFailedError(`${withoutQuery(url)} could not be fetched: ${reasonOf(error)}.`, null, {
    cause: error,
  });
}

/** Codes of failures before there is a connection, of the resolver and the system. */
const unreachableCodes: readonly unknown[] = [
  privateHostCode,
  'ENOTFOUND',
  'EAI_AGAIN',
  'EAI_FAIL',
  'EAI_NODATA',
  'ENODATA',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'UND_ERR_CONNECT_TIMEOUT',
  'ETIMEDOUT',
];

function isUnreachable(error: unknown): boolean {
  if (error instanceof AggregateError) {
    return error.errors.every(isUnreachable);
  }
  return error instanceof Error && 'code' in error && unreachableCodes.includes(error.code);
}
