import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';

import { loadOrCreateSecretFile, SecretFileError } from './secret-file.ts';

const shortestSecretKey = 32;

/**
 * The secret that the vault derives its keys from: the one of the environment, else the one in
 * `<dataDir>/secret-key` (mode 0600), which is made at the first start. Both are plain text, so the content of the
 * file can become `SECRET_KEY` when an installation moves to several machines.
 *
 * @throws SecretFileError when it is shorter than 32 characters
 */
export async function loadOrCreateSecretKey(dataDir: string, fromEnvironment?: string): Promise<string> {
  if (fromEnvironment !== undefined) {
    if (fromEnvironment.length < shortestSecretKey) {
      throw new SecretFileError(`SECRET_KEY needs at least ${shortestSecretKey} characters.`);
    }
    return fromEnvironment;
  }
  return loadOrCreateSecretFile(
    join(dataDir, 'secret-key'),
    () => randomBytes(32).toString('base64url'),
    new RegExp(`^\\S{${shortestSecretKey},}$`),
  );
}

/** 256 random bits in base64url, after a prefix by which people and secret scanners know it. */
export function createApiKey(): string {
  return `pxs_${randomBytes(32).toString('base64url')}`;
}

/**
 * The API key of the owner, in `<dataDir>/api-key` (mode 0600), made at the first start.
 *
 * @throws SecretFileError when the file holds something else
 */
export async function loadOrCreateApiKey(dataDir: string): Promise<string> {
  return loadOrCreateSecretFile(join(dataDir, 'api-key'), createApiKey, /^pxs_[\w-]{43}$/);
}

/** SHA-256, hexadecimal: what is stored of an API key. Keys are 256 random bits, so a slow hash would add nothing. */
export function hashApiKey(key: string): string {
  return createHash('sha256').update(key, 'utf8').digest('hex');
}
