import { FetchFailedError, UnsafeUrlError } from '@pixsim7/core';
import type { FetchLimits, OutgoingHttp } from '@pixsim7/core';

import { checkLiteralAddress, parseUrl, withoutQuery } from './checked-url.ts';
import { createSafeFetch } from './safe-fetch.ts';
import type { SafeFetchOptions, SafeFetchResponse } from './safe-fetch.ts';
import { startTimeLimit } from './time-limit.ts';
import type { TimeLimit } from './time-limit.ts';

export interface ClosableOutgoingHttp extends OutgoingHttp {
  /** Waits for running transfers and closes the connections. */
  close(): Promise<void>;
}

/** The `OutgoingHttp` port over the guarded fetch. */
export function createOutgoingHttp(options: SafeFetchOptions = {}): ClosableOutgoingHttp {
  const safeFetch = createSafeFetch(options);

  return {
    checkUrl(text) {
      const url = parseUrl(text);
      if (options.allowPrivateAddresses !== true) checkLiteralAddress(url);
    },
    async download(text: string, limits: FetchLimits) {
      const url = parseUrl(text);
      const limit = startTimeLimit(limits.timeoutMs, limits.signal);
      try {
        const { signal } = limit;
        const response = await safeFetch.get(text, { signal, trustedOrigin: limits.trustedOrigin });
        await refuseUnusable(response);
        return bytesOf(response, limit);
      } catch (error) {
        limit.end();
        throw asFetchError(url, error);
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
    await body.dump();
    throw new FetchFailedError(`${withoutQuery(url)} ${complaint}.`, status);
  }
}

/** A body that ends before its announced length makes undici throw; it does not look like a complete one. */
async function* bytesOf({ url, body }: SafeFetchResponse, limit: TimeLimit): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of body) {
      yield chunk as Uint8Array;
    }
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
  const reason = error instanceof Error ? error.message : 'unknown reason';
  return new FetchFailedError(`${withoutQuery(url)} could not be fetched: ${reason}.`, null, {
    cause: error,
  });
}
