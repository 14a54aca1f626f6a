import { createHash, randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { syncDirectory } from '../files/durable-files.ts';
import { loadOrCreateSecretFile, readIfPresent, replaceSecretFile, SecretFileError } from './secret-file.ts';

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
    join(dataDir, secretFile),
    createSecretKey,
    new RegExp(`^\\S{${shortestSecretKey},}$`),
  );
}

const secretFile = 'secret-key';
/** One old secret a line, the newest first. */
const previousFile = 'secret-key.previous';

/**
 * All secrets that the vault opens with; the first one seals.
 *
 * @param environment SECRET_KEY and SECRET_KEY_PREVIOUS; with the first, no file is read
 * @throws SecretFileError
 */
export async function loadSecretKeys(
  dataDir: string,
  environment: { readonly current: string | undefined; readonly previous: readonly string[] },
): Promise<[string, ...string[]]> {
  const current = await loadOrCreateSecretKey(dataDir, environment.current);
  const previous = environment.current === undefined ? await readPreviousKeys(dataDir) : [];
  return [current, ...environment.previous, ...previous];
}

async function readPreviousKeys(dataDir: string): Promise<string[]> {
  const text = await readIfPresent(join(dataDir, previousFile));
  return (text ?? '').split('\n').filter((line) => line.length >= shortestSecretKey);
}

/**
 * Makes a new secret key in the data folder, and keeps the old one next to it. At no moment is a key in use that is in
 * neither file.
 *
 * @returns all secrets, the new one first
 * @throws SecretFileError
 */
export async function rotateSecretKeyFile(dataDir: string): Promise<[string, ...string[]]> {
  const old = await loadSecretKeys(dataDir, { current: undefined, previous: [] });
  const previous = [...new Set(old)];
  await replaceSecretFile(join(dataDir, previousFile), previous.join('\n'));
  const made = createSecretKey();
  await replaceSecretFile(join(dataDir, secretFile), made);
  return [made, ...previous];
}

/** Forgets old secrets. Only when nothing is sealed with them any more. */
export async function removePreviousSecretKeys(dataDir: string): Promise<void> {
  await rm(join(dataDir, previousFile), { force: true });
  await syncDirectory(dataDir);
}

/** The file with the old secrets of the data folder. */
export function previousSecretKeysFile(dataDir: string): string {
  return join(dataDir, previousFile);
}

function createSecretKey(): string {
  return randomBytes(32).toString('base64url');
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

/** Makes a new API key of the owner in the data folder, in the place of the old one. @throws SecretFileError */
export async function replaceApiKeyFile(dataDir: string): Promise<string> {
  const made = createApiKey();
  await replaceSecretFile(join(dataDir, 'api-key'), made);
  return made;
}

/** SHA-256, hexadecimal: what is stored of an API key. Keys are 256 random bits, so a slow hash would add nothing. */
export function hashApiKey(key: string): string {
  return createHash('sha256').update(key, 'utf8').digest('hex');
}
