import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import type { QueuedRequest, Store } from '../store.ts';

/** Makes the keys up to a number, counted from 1. They are kept, so that a restart signs with the same. */
function keysUpTo(store: Store, count: number): Store['keys'] {
  while (store.keys.length < count) {
    const { privateKey } = generateKeyPairSync('ed25519');
    store.commit([{ kind: 'key_made', privateKey: privateKey.export({ format: 'jwk' }) }]);
  }
  return store.keys;
}

/** GET /.well-known/jwks.json: the key that signs and the one before it. */
export function publishedKeys(store: Store, current: number): { readonly keys: readonly object[] } {
  const keys = keysUpTo(store, current).slice(Math.max(0, current - 2), current);
  return {
    keys: keys.map((key, index) => {
      const publicKey = createPublicKey(createPrivateKey({ key, format: 'jwk' }));
      return { ...publicKey.export({ format: 'jwk' }), use: 'sig', kid: `key-${current + index}` };
    }),
  };
}

export interface Signing {
  readonly store: Store;
  readonly key: number;
  readonly userId: string;
  readonly timestamp: number;
  readonly isBad: boolean;
}

/** The four headers of a signed delivery (fal documentation, webhooks). */
export function signedHeaders(
  request: QueuedRequest,
  body: string,
  signing: Signing,
): Record<string, string> {
  const { store, key, userId, isBad } = signing;
  const timestamp = String(signing.timestamp);
  const hash = createHash('sha256').update(body).digest('hex');
  const message = Buffer.from([request.id, userId, timestamp, hash].join('\n'));
  const jwk = keysUpTo(store, key)[key - 1];
  if (jwk === undefined) {
    throw new Error(`There is no key ${key}.`);
  }
  const signature = sign(null, message, createPrivateKey({ key: jwk, format: 'jwk' }));
  if (isBad) {
    signature[0] = (signature[0] ?? 0) ^ 0xff;
  }
  return {
    'X-Fal-Webhook-Request-Id': request.id,
    'X-Fal-Webhook-User-Id': userId,
    'X-Fal-Webhook-Timestamp': timestamp,
    'X-Fal-Webhook-Signature': signature.toString('hex'),
  };
}
