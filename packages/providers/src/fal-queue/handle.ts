import type { JsonObject } from '../contract/json.ts';
import type { FalAddresses } from './addresses.ts';
import { textOf } from './json.ts';

/** A request of the queue, with the three addresses that it is asked at. */
export interface FalHandle {
  readonly requestId: string;
  readonly statusUrl: string;
  readonly responseUrl: string;
  readonly cancelUrl: string;
}

/** Owner and app of an endpoint id. The queue keeps requests under these two; the rest of the id is dropped. */
export function appOf(endpointId: string): string {
  return endpointId.split('/').slice(0, 2).join('/');
}

/** The parts of the documented addresses, where fal did not say them. */
export function handleOfRequest(addresses: FalAddresses, endpointId: string, requestId: string): FalHandle {
  const responseUrl = `${addresses.queue}/${appOf(endpointId)}/requests/${encodeURIComponent(requestId)}`;
  return { requestId, statusUrl: `${responseUrl}/status`, responseUrl, cancelUrl: `${responseUrl}/cancel` };
}

/**
 * Reads the answer of a submit. An address on another host than the configured one is not used, because the key of the
 * account goes where it leads.
 */
export function handleOfSubmit(
  addresses: FalAddresses,
  endpointId: string,
  requestId: string,
  answer: Readonly<Record<string, unknown>>,
): FalHandle {
  const built = handleOfRequest(addresses, endpointId, requestId);
  const own = (name: string, otherwise: string): string => {
    const url = textOf(answer, name);
    return url !== null && isOnQueue(addresses, url) ? url : otherwise;
  };
  return {
    requestId,
    statusUrl: own('status_url', built.statusUrl),
    responseUrl: own('response_url', built.responseUrl),
    cancelUrl: own('cancel_url', built.cancelUrl),
  };
}

function isOnQueue({ queue }: FalAddresses, url: string): boolean {
  return URL.canParse(url) && new URL(url).origin === new URL(queue).origin;
}

/** A handle as the contract carries it. */
export function encodeHandle(handle: FalHandle): JsonObject {
  return {
    request_id: handle.requestId,
    status_url: handle.statusUrl,
    response_url: handle.responseUrl,
    cancel_url: handle.cancelUrl,
  };
}

/**
 * Reads a stored handle for an account as it stands today. Where the account was moved to another address since (to
 * fal's back-up host, or with an emulator that got another port), only the paths of the stored addresses are used.
 *
 * @throws TypeError when the object was not made by {@link encodeHandle}
 */
export function decodeHandle(addresses: FalAddresses, handle: JsonObject): FalHandle {
  const read = (name: string): string => {
    const value = handle[name];
    if (typeof value !== 'string') {
      throw new TypeError('The handle was not made by the fal queue transport.');
    }
    return value;
  };
  const here = (url: string): string =>
    isOnQueue(addresses, url) ? url : `${addresses.queue}${new URL(url).pathname}`;
  return {
    requestId: read('request_id'),
    statusUrl: here(read('status_url')),
    responseUrl: here(read('response_url')),
    cancelUrl: here(read('cancel_url')),
  };
}
