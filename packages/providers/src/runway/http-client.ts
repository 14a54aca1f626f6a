import type { AccountAccess, CallOptions } from '../contract/adapter.ts';
import { usableApiKey } from '../contract/api-key.ts';
import { connectionFailureOf } from '../contract/connection-failure.ts';
import { readReply } from '../contract/read-reply.ts';
import { missingApiKey } from './errors.ts';
import { runwayManifest } from './manifest.ts';
import { RunwayConnectionError } from './reply.ts';
import type { RunwayReply } from './reply.ts';

/** Every call names the version of the API that it was written for. */
export const apiVersion = '2024-11-06';

/** Sends single HTTP calls. Nothing here asks twice: one of the calls starts a paid task. */
export interface RunwayClient {
  /** @throws RunwayConnectionError, AuthenticationError when the account has no usable key */
  call(account: AccountAccess, call: RunwayCall, options?: CallOptions): Promise<RunwayReply>;
  /**
   * The second step of an upload, at an address that Runway gave. It carries no key.
   *
   * @throws RunwayConnectionError
   */
  postForm(url: string, form: FormData, options?: CallOptions): Promise<RunwayReply>;
}

export interface RunwayCall {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  /** JSON text. */
  readonly body?: string;
}

export function createRunwayClient(fetch: typeof globalThis.fetch): RunwayClient {
  async function send(url: string, init: RequestInit, secret: string | null): Promise<RunwayReply> {
    let response: Response;
    try {
      response = await fetch(url, { ...init, redirect: 'error' });
    } catch (error) {
      throw connectionError(error, false);
    }
    try {
      const { json } = await readReply(response, (text) => redact(text, secret));
      return replyOf(response, json);
    } catch (error) {
      // The head of an answer had come: whatever was asked for may have been done.
      throw connectionError(error, true);
    }
  }

  return {
    async call(account, { method, path, body }, options) {
      const apiKey = usableApiKey(account.credentials, missingApiKey);
      const headers = new Headers({ authorization: `Bearer ${apiKey}`, 'x-runway-version': apiVersion });
      if (body !== undefined) {
        headers.set('content-type', 'application/json');
      }
      const url = `${account.baseUrl ?? runwayManifest.default_base_url}${path}`;
      return send(
        url,
        { method, headers, ...(body === undefined ? {} : { body }), ...signalOf(options) },
        apiKey,
      );
    },
    postForm: (url, form, options) => send(url, { method: 'POST', body: form, ...signalOf(options) }, null),
  };
}

function signalOf(options: CallOptions | undefined): Pick<RequestInit, 'signal'> {
  return options?.signal === undefined ? {} : { signal: options.signal };
}

function replyOf(response: Response, body: unknown): RunwayReply {
  const retryAfter = Number(response.headers.get('retry-after') ?? NaN);
  const date = Date.parse(response.headers.get('date') ?? '');
  return {
    status: response.status,
    body,
    date: Number.isNaN(date) ? null : date,
    retryAfterSeconds: Number.isFinite(retryAfter) && retryAfter >= 0 ? Math.ceil(retryAfter) : null,
  };
}

/** A provider may repeat a header in its error text; no error of ours may carry a key. */
function redact(text: string, secret: string | null): string {
  return secret === null ? text : text.replaceAll(secret, '[key]');
}

function connectionError(error: unknown, answered: boolean): RunwayConnectionError {
  const { code, wasNeverSent } = connectionFailureOf(error);
  return new RunwayConnectionError(code, answered || !wasNeverSent);
}
