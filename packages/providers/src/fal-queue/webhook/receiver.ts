import type { AccountAccess } from '../../contract/adapter.ts';
import type { WebhookDelivery, WebhookReceiver, WebhookResult } from '../../contract/webhook.ts';
import { addressesOf } from '../addresses.ts';
import { encodeHandle, handleOfRequest } from '../handle.ts';
import { isRecord, textOf } from '../json.ts';
import { createPublicKeys } from './public-keys.ts';
import { isSignedByAny, readHeaders, signedMessage } from './signature.ts';

export interface FalWebhookSettings {
  readonly fetch: typeof globalThis.fetch;
  /** The name that people know the provider by. */
  readonly provider: string;
  /** Any endpoint of the provider: all of them share owner and app, and so the addresses of their requests. */
  readonly endpointId: string;
}

/**
 * The webhooks of fal's queue: one at the end of each request that named an address, repeated until it is answered with
 * 2xx within 15 s. It can arrive before the answer of the submit was stored, and after a server-side retry under another
 * `gateway_request_id`, so everything goes by `request_id`.
 */
export function createWebhookReceiver({ fetch, provider, endpointId }: FalWebhookSettings): WebhookReceiver {
  const publicKeys = createPublicKeys(fetch, provider);
  return {
    acknowledgement: { contentType: 'application/json', body: '{"received":true}' },
    async parse(account: AccountAccess, delivery: WebhookDelivery): Promise<WebhookResult> {
      const reading = readHeaders(delivery);
      if (!reading.ok) {
        return { outcome: 'refused', reason: reading.reason };
      }
      const { requestId, signature } = reading.headers;
      const addresses = addressesOf(account.baseUrl);
      const message = await signedMessage(reading.headers, delivery.body);

      const isBelieved = async (renew: boolean): Promise<boolean> => {
        const keys = await publicKeys.of(addresses.jwks, delivery.receivedAt, renew);
        return keys !== null && isSignedByAny(keys, signature, message);
      };
      if (!(await isBelieved(false)) && !(await isBelieved(true))) {
        return { outcome: 'refused', reason: 'wrong_signature' };
      }
      if (requestIdOf(delivery.body) !== requestId) {
        return { outcome: 'refused', reason: 'malformed' };
      }
      return {
        outcome: 'notice',
        providerJobId: requestId,
        // A request ends once: whatever else is told of it is a repeat.
        deliveryId: requestId,
        handle: encodeHandle(handleOfRequest(addresses, endpointId, requestId)),
      };
    },
  };
}

function requestIdOf(body: Uint8Array): string | null {
  try {
    const document: unknown = JSON.parse(new TextDecoder().decode(body));
    return isRecord(document) ? textOf(document, 'request_id') : null;
  } catch {
    // Signed and yet no JSON: as useless as a body about another request.
    return null;
  }
}
