import { Agent, request } from 'undici';
import type { Dispatcher } from 'undici';
import { FetchFailedError } from '@pixsim7/core';
import { checkLiteralAddress, parseUrl, withoutQuery } from './checked-url.ts';
import { connectTimeoutMs, createGuardedAgent, resolveBySystem } from './guarded-agent.ts';
import type { ResolveHost } from './guarded-agent.ts';
import { startTimeLimit } from './time-limit.ts';

export interface SafeFetchOptions {
  readonly resolveHost?: ResolveHost;
  /** For a network without a public internet; every host may then be fetched. */
  readonly allowPrivateAddresses?: boolean;
  readonly maxRedirects?: number;
}

export interface SafeFetchRequest {
  readonly signal: AbortSignal;
  /** From the request to the first line of its answer, for each of the redirects. */
  readonly silenceMs: number;
  /** Fetched wherever it leads. Compared as a whole: another port or scheme of that host is not trusted. */
  readonly trustedOrigin?: string | undefined;
}

export interface SafeFetchMessage extends Omit<SafeFetchRequest, 'silenceMs'> {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export interface SafeFetchResponse {
  /** The URL after all redirects. */
  readonly url: URL;
  readonly status: number;
  readonly headers: Dispatcher.ResponseData['headers'];
  readonly body: Dispatcher.ResponseData['body'];
}

export interface SafeFetch {
  /** GET, with redirects followed; each target is checked again. @throws UnsafeUrlError, FetchFailedError */
  get(url: string, options: SafeFetchRequest): Promise<SafeFetchResponse>;
  /** POST on a connection of its own; a redirect is not followed. @throws UnsafeUrlError */
  post(url: string, message: SafeFetchMessage): Promise<SafeFetchResponse>;
  close(): Promise<void>;
}

const redirectStatuses: readonly number[] = [301, 302, 303, 307, 308];
/** The bound for reading a body that nobody needs, so its connection can be used again. */
const maxUnreadBytes = 64 * 1024;
const unreadMs = 2_000;

/** The guarded fetch for every URL that came from outside. */
export function createSafeFetch(options: SafeFetchOptions = {}): SafeFetch {
  const { resolveHost = resolveBySystem, allowPrivateAddresses = false, maxRedirects = 5 } = options;
  // Two pools: a connection that was opened under trust is never reused for a URL without it.
  const guarded = createGuardedAgent(resolveHost);
  const trusted = new Agent({ connect: { timeout: connectTimeoutMs } });

  /** @throws UnsafeUrlError */
  function dispatcherFor(url: URL, trustedOrigin: string | undefined): Dispatcher {
    const isTrusted =
      allowPrivateAddresses || (trustedOrigin !== undefined && parseUrl(trustedOrigin).origin === url.origin);
    if (!isTrusted) {
      checkLiteralAddress(url);
    }
    return isTrusted ? trusted : guarded;
  }

  async function getOnce(
    url: URL,
    { signal, silenceMs, trustedOrigin }: SafeFetchRequest,
  ): Promise<SafeFetchResponse> {
    const { statusCode, headers, body } = await request(url, {
      dispatcher: dispatcherFor(url, trustedOrigin),
      signal,
      headersTimeout: silenceMs,
      // The reader of the body watches its pace.
      bodyTimeout: 0,
      // The stored bytes are the sent bytes, and the length header can be believed.
      headers: { accept: '*/*', 'accept-encoding': 'identity', 'user-agent': 'PixSim7' },
    });
    return { url, status: statusCode, headers, body };
  }

  return {
    async get(text, options) {
      let url = parseUrl(text);
      for (let redirects = 0; redirects <= maxRedirects; redirects += 1) {
        const response = await getOnce(url, options);
        if (!redirectStatuses.includes(response.status)) {
          return response;
        }
        await leaveUnread(response.body);
        const { location } = response.headers;
        if (typeof location !== 'string') {
          throw new FetchFailedError(
            `${withoutQuery(url)} redirects without saying where to.`,
            response.status,
          );
        }
        url = parseUrl(location, url);
      }
      throw new FetchFailedError(`${withoutQuery(url)} is behind more than ${maxRedirects} redirects.`, null);
    },
    async post(text, { signal, trustedOrigin, headers: own, body: content }) {
      const url = parseUrl(text);
      const { statusCode, headers, body } = await request(url, {
        method: 'POST',
        dispatcher: dispatcherFor(url, trustedOrigin),
        signal,
        // The signal bounds the whole.
        headersTimeout: 0,
        bodyTimeout: 0,
        headers: { 'accept-encoding': 'identity', 'user-agent': 'PixSim7', ...own },
        body: content,
        reset: true,
      });
      return { url, status: statusCode, headers, body };
    },
    async close() {
      await Promise.all([guarded.close(), trusted.close()]);
    },
  };
}

/** Gets rid of the body of an answer. What does not end soon is broken off: it may drip for as long as it likes. */
export async function leaveUnread(body: SafeFetchResponse['body']): Promise<void> {
  const limit = startTimeLimit(unreadMs);
  try {
    await body.dump({ limit: maxUnreadBytes, signal: limit.signal });
  } catch {
    // It was not wanted, however it ends.
  } finally {
    limit.end();
  }
}
