import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

import { VaultError } from '@pixsim7/core';
import type { Vault } from '@pixsim7/core';

/** One generation of the secret. A new one is put in front; the older ones stay until every row is sealed anew. */
export interface VaultKey {
  /** Stands in every text sealed with it, so it is never given to another secret. */
  readonly version: number;
  /** At least 32 bytes; any text of the operator's, since a key is derived from it. */
  readonly secret: string;
}

const shortestSecretBytes = 32;
// NIST SP 800-38D: 96 bits are the nonce length for which GCM needs no extra hashing.
const nonceBytes = 12;
const tagBytes = 16;

/**
 * AES-256-GCM with a key derived by HKDF-SHA256 and the row id as associated data. A sealed text is
 * `v<key version>.<nonce>.<ciphertext>.<tag>`, each part base64url.
 *
 * @param keys the first seals, all open
 * @throws VaultError when there is no key, one is too short, or two have the same version
 */
export function createVault(
  keys: readonly [VaultKey, ...VaultKey[]],
  random: (length: number) => Uint8Array = randomBytes,
): Vault {
  const derived = new Map(keys.map((key) => [key.version, deriveKey(key)]));
  if (derived.size !== keys.length) {
    throw new VaultError('Two keys of the vault have the same version.');
  }
  const [{ version: newest }] = keys;

  return {
    seal(rowId, plaintext) {
      const nonce = random(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', keyOf(newest), nonce, { authTagLength: tagBytes });
      cipher.setAAD(Buffer.from(rowId, 'utf8'));
      const ciphertext = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final()]);
      const parts = [nonce, ciphertext, cipher.getAuthTag()];
      return [`v${newest}`, ...parts.map((part) => Buffer.from(part).toString('base64url'))].join('.');
    },
    open(rowId, sealed) {
      const { version, nonce, ciphertext, tag } = parseSealed(sealed);
      const key = keyOf(version);
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes });
        decipher.setAAD(Buffer.from(rowId, 'utf8'));
        decipher.setAuthTag(tag);
        return Buffer.concat([decipher.update(ciphertext), decipher.final()]).toString('utf8');
      } catch (cause) {
        throw new VaultError(
          `The sealed text of ${rowId} does not open: other key, other row or changed bytes.`,
          {
            cause,
          },
        );
      }
    },
  };

  function keyOf(version: number): Uint8Array {
    const key = derived.get(version);
    if (key === undefined) {
      throw new VaultError(`The sealed text needs key version ${version}, which the vault does not have.`);
    }
    return key;
  }
}

function deriveKey({ version, secret }: VaultKey): Uint8Array {
  if (!Number.isSafeInteger(version) || version < 1) {
    throw new VaultError('A key version is a whole number from 1.');
  }
  if (Buffer.byteLength(secret, 'utf8') < shortestSecretBytes) {
    throw new VaultError(`The secret key needs at least ${shortestSecretBytes} bytes.`);
  }
  return new Uint8Array(hkdfSync('sha256', secret, '', 'pixsim7 vault', 32));
}

interface SealedParts {
  readonly version: number;
  readonly nonce: Uint8Array;
  readonly ciphertext: Uint8Array;
  readonly tag: Uint8Array;
}

function parseSealed(sealed: string): SealedParts {
  const match = /^v([1-9][0-9]{0,8})\.([\w-]+)\.([\w-]*)\.([\w-]+)$/.exec(sealed);
  const [, version, nonceText = '', ciphertextText = '', tagText = ''] = match ?? [];
  const nonce = Buffer.from(nonceText, 'base64url');
  const tag = Buffer.from(tagText, 'base64url');
  if (match === null || nonce.length !== nonceBytes || tag.length !== tagBytes) {
    throw new VaultError('This is not a sealed text.');
  }
  return { version: Number(version), nonce, ciphertext: Buffer.from(ciphertextText, 'base64url'), tag };
}
