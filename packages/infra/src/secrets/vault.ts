import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { VaultError } from '@pixsim7/core';
import type { Vault } from '@pixsim7/core';

/** A vault whose keys can be changed while it is in use. */
export interface KeyRing extends Vault {
  /** @param secrets as for `createVault` @throws VaultError, and the keys stay as they were */
  use(secrets: readonly [string, ...string[]]): void;
}

interface DerivedKey {
  /** Stands in every text that is sealed with it. Made of the secret, so nobody has to number secrets. */
  readonly id: number;
  readonly key: Uint8Array;
}

const shortestSecretBytes = 32;
// NIST SP 800-38D: 96 bits are the nonce length for which GCM needs no extra hashing.
const nonceBytes = 12;
const tagBytes = 16;
/** Smaller ids are of texts from before there were key ids: all of them are 1, whatever the secret was. */
const firstKeyId = 100_000_000;
const keyIds = 900_000_000;

/**
 * AES-256-GCM with a key derived by HKDF-SHA256 and the row id as associated data. A sealed text is
 * `v<key id>.<nonce>.<ciphertext>.<tag>`, the last three base64url.
 *
 * @param secrets at least 32 bytes each, any text of the operator's; the first seals, all open
 * @throws VaultError when one is too short
 */
export function createVault(
  secrets: readonly [string, ...string[]],
  random: (length: number) => Uint8Array = randomBytes,
): KeyRing {
  let keys = deriveKeys(secrets);

  return {
    seal(rowId, plaintext) {
      const [{ id, key }] = keys;
      const nonce = random(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes });
      cipher.setAAD(Buffer.from(rowId, 'utf8'));
      const ciphertext = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final()]);
      const parts = [nonce, ciphertext, cipher.getAuthTag()];
      return [`v${id}`, ...parts.map((part) => Buffer.from(part).toString('base64url'))].join('.');
    },
    open(rowId, sealed) {
      const parts = parseSealed(sealed);
      const candidates = keys.filter(({ id }) => parts.keyId < firstKeyId || id === parts.keyId);
      if (candidates.length === 0) {
        throw new VaultError(
          `The sealed text of ${rowId} needs a secret key that is not among the given ones.`,
        );
      }
      let cause: unknown;
      for (const { key } of candidates) {
        try {
          return decrypt(key, rowId, parts);
        } catch (error) {
          cause = error;
        }
      }
      throw new VaultError(
        `The sealed text of ${rowId} does not open: other key, other row or changed bytes.`,
        { cause },
      );
    },
    isCurrent: (sealed) => sealed.startsWith(`v${keys[0].id}.`),
    use(newSecrets) {
      keys = deriveKeys(newSecrets);
    },
  };
}

function decrypt(key: Uint8Array, rowId: string, { nonce, ciphertext, tag }: SealedParts): string {
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes });
  decipher.setAAD(Buffer.from(rowId, 'utf8'));
  decipher.setAuthTag(tag);
  return Buffer.concat([decipher.update(ciphertext), decipher.final()]).toString('utf8');
}

function deriveKeys(secrets: readonly [string, ...string[]]): readonly [DerivedKey, ...DerivedKey[]] {
  const [first, ...rest] = secrets;
  const keys: [DerivedKey, ...DerivedKey[]] = [deriveKey(first)];
  // The same secret twice is one key: a rotation that was cut off leaves the present one among the previous.
  for (const secret of new Set(rest)) {
    if (secret !== first) {
      keys.push(deriveKey(secret));
    }
  }
  if (new Set(keys.map(({ id }) => id)).size !== keys.length) {
    throw new VaultError('Two secret keys have the same id by chance; make another one.');
  }
  return keys;
}

function deriveKey(secret: string): DerivedKey {
  if (Buffer.byteLength(secret, 'utf8') < shortestSecretBytes) {
    throw new VaultError(`The secret key needs at least ${shortestSecretBytes} bytes.`);
  }
  const derive = (purpose: string, bytes: number): Uint8Array =>
    new Uint8Array(hkdfSync('sha256', secret, '', purpose, bytes));
  const number = Buffer.from(derive('pixsim7 vault key id', 6)).readUIntBE(0, 6);
  return { id: firstKeyId + (number % keyIds), key: derive('pixsim7 vault', 32) };
}

interface SealedParts {
  readonly keyId: number;
  readonly nonce: Uint8Array;
  readonly ciphertext: Uint8Array;
  readonly tag: Uint8Array;
}

function parseSealed(sealed: string): SealedParts {
  const match = /^v([1-9][0-9]{0,8})\.([\w-]+)\.([\w-]*)\.([\w-]+)$/.exec(sealed);
  const [, keyId, nonceText = '', ciphertextText = '', tagText = ''] = match ?? [];
  const nonce = Buffer.from(nonceText, 'base64url');
  const tag = Buffer.from(tagText, 'base64url');
  if (match === null || nonce.length !== nonceBytes || tag.length !== tagBytes) {
    throw new VaultError('This is not a sealed text.');
  }
  return { keyId: Number(keyId), nonce, ciphertext: Buffer.from(ciphertextText, 'base64url'), tag };
}
