import type { WebhookDelivery } from '../../contract/webhook.ts';

/** fal refuses nothing here, it asks the receiver to: a delivery may be off by five minutes (fal documentation, webhooks). */
const replayWindowS = 300;

/** Of Web Crypto, so that nothing here depends on Node. */
export type PublicKey = Awaited<ReturnType<typeof crypto.subtle.importKey>>;

/** The headers of a delivery; nothing in them is believed yet. */
export interface SignedHeaders {
  readonly requestId: string;
  readonly userId: string;
  readonly timestamp: string;
  readonly signature: Uint8Array<ArrayBuffer>;
}

export type HeaderReading =
  | { readonly ok: true; readonly headers: SignedHeaders }
  | { readonly ok: false; readonly reason: 'unsigned' | 'malformed' | 'outside_replay_window' };

/** Refuses everything that needs no key to be refused, so junk costs no call. */
export function readHeaders({ headers, receivedAt }: WebhookDelivery): HeaderReading {
  const requestId = headers['x-fal-webhook-request-id'] ?? '';
  const userId = headers['x-fal-webhook-user-id'] ?? '';
  const timestamp = headers['x-fal-webhook-timestamp'] ?? '';
  const signature = headers['x-fal-webhook-signature'] ?? '';
  if (requestId === '' || timestamp === '' || signature === '') {
    return { ok: false, reason: 'unsigned' };
  }
  // 64 bytes of Ed25519.
  if (!/^\d{1,12}$/u.test(timestamp) || !/^[0-9a-f]{128}$/iu.test(signature)) {
    return { ok: false, reason: 'malformed' };
  }
  if (Math.abs(receivedAt / 1_000 - Number(timestamp)) > replayWindowS) {
    return { ok: false, reason: 'outside_replay_window' };
  }
  return { ok: true, headers: { requestId, userId, timestamp, signature: bytesOfHex(signature) } };
}

/** The text that is signed: four lines, of which the last is the hash of the raw body. */
export async function signedMessage(
  { requestId, userId, timestamp }: SignedHeaders,
  body: Uint8Array,
): Promise<Uint8Array<ArrayBuffer>> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', Uint8Array.from(body)));
  const hex = Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return new TextEncoder().encode([requestId, userId, timestamp, hex].join('\n'));
}

/** While fal changes its keys there are several, and any of them may have signed. */
export async function isSignedByAny(
  keys: readonly PublicKey[],
  signature: Uint8Array<ArrayBuffer>,
  message: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  const results = await Promise.all(
    keys.map((key) => crypto.subtle.verify('Ed25519', key, signature, message)),
  );
  return results.includes(true);
}

function bytesOfHex(hex: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: hex.length / 2 }, (_, index) =>
    Number.parseInt(hex.slice(index * 2, index * 2 + 2), 16),
  );
}
