import { Agent, fetch as undiciFetch, FormData as UndiciFormData } from 'undici';
import type { RequestInit as UndiciRequestInit } from 'undici';
import { sendPace } from '@pixsim7/core';
import type { TransferPace } from '@pixsim7/core';
import { createWatchedConnector } from './slow-sends.ts';

export interface ProviderFetchTimeouts {
  readonly connectMs: number;
  /** From the end of the request to the first line of the answer. */
  readonly headersMs: number;
  /** Between two pieces of the answer's body. */
  readonly bodyMs: number;
}

export interface ProviderFetch {
  readonly fetch: typeof globalThis.fetch;
  /** Waits for running calls and closes the connections. */
  close(): Promise<void>;
}

/**
 * Uploads are answered late: the provider may look at the file first. How long a whole call may take is for the domain to
 * say (`callLimitsMs`).
 */
export const defaultProviderTimeouts: ProviderFetchTimeouts = {
  connectMs: 10_000,
  headersMs: 120_000,
  bodyMs: 30_000,
};

/**
 * `fetch` for adapters, whose base URL the operator configured; it is not for URLs from outside. It sends no request a
 * second time on its own. Connections are kept alive, but not for POST: a kept connection may have been closed by the other
 * side a moment ago, and a paid request that meets that is of unknown outcome. A new connection costs about 0.1 s.
 *
 * Node's own `fetch` belongs to another version of undici than the agent and cannot use it. Undici's `fetch` in turn
 * takes the global `FormData` for an unknown object and sends it as the text "[object FormData]", so a form is
 * copied into undici's class; its files stay streams.
 *
 * @param pace how fast the other side has to take what is sent
 */
export function createProviderFetch(
  timeouts: ProviderFetchTimeouts = defaultProviderTimeouts,
  pace: TransferPace = sendPace,
): ProviderFetch {
  const options = {
    connect: createWatchedConnector({ timeout: timeouts.connectMs }, pace),
    headersTimeout: timeouts.headersMs,
    bodyTimeout: timeouts.bodyMs,
  };
  const kept = new Agent(options);
  /** Of calls whose answer is not read to its end. */
  const ownConnections = new Set<Agent>();

  /** Without `connection: close`: a server that refuses an upload early would then cut it off, and its answer with it. */
  async function withOwnConnection(call: (dispatcher: Agent) => Promise<Response>): Promise<Response> {
    const agent = new Agent(options);
    ownConnections.add(agent);
    try {
      const response = await call(agent);
      // Ends the connection when the answer has been read.
      void agent.close().finally(() => ownConnections.delete(agent));
      return response;
    } catch (error) {
      ownConnections.delete(agent);
      await agent.destroy();
      throw error;
    }
  }

  const fetch: typeof globalThis.fetch = async (input, init = {}) => {
    if (typeof input !== 'string' && !(input instanceof URL)) {
      throw new TypeError('The fetch of providers takes a URL, not a Request.');
    }
    const { body, ...rest } = init;
    const ownBody = body instanceof FormData ? copyForm(body) : body;
    const call = async (dispatcher: Agent): Promise<Response> => {
      // The two families of fetch types have the same shape and differ in identity only.
      const ownInit = { ...rest, ...(ownBody === undefined ? {} : { body: ownBody }), dispatcher };
      return undiciFetch(input, ownInit as UndiciRequestInit);
    };
    return init.method?.toUpperCase() === 'POST' ? withOwnConnection(call) : call(kept);
  };
  const close = async (): Promise<void> => {
    await Promise.all([kept, ...ownConnections].map((agent) => agent.close()));
  };
  return { fetch, close };
}

function copyForm(form: FormData): UndiciFormData {
  const copy = new UndiciFormData();
  for (const [name, value] of form) {
    if (typeof value === 'string') {
      copy.append(name, value);
    } else {
      copy.append(name, value, value.name);
    }
  }
  return copy;
}
