import { open, readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { Decrypter, Encrypter } from 'age-encryption';
import { BackupError } from './manifest.ts';

/** The key that encrypts a backup. The format is age (age-encryption.org/v1), so the program `age` reads it too. */
export type EncryptionKey =
  | { readonly kind: 'passphrase'; readonly passphrase: string }
  /** Public keys, `age1…`: anyone with the secret key of one can decrypt. */
  | { readonly kind: 'recipients'; readonly recipients: readonly string[] };

export type DecryptionKey =
  | { readonly kind: 'passphrase'; readonly passphrase: string }
  /** Secret keys, `AGE-SECRET-KEY-1…`. */
  | { readonly kind: 'identities'; readonly identities: readonly string[] };

/** Anyone who has the file can try passphrases without end. */
export const shortestPassphrase = 12;

/**
 * 2^16 rounds of scrypt take 64 MB and about half a second. The default of age, 2^18, takes 256 MB, half of a machine that
 * this has to work on.
 */
const scryptWorkFactor = 16;

/** First bytes of every encrypted file. */
const ageHeader = 'age-encryption.org/v1\n';

export async function isEncrypted(path: string): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    const start = Buffer.alloc(ageHeader.length);
    const { bytesRead } = await file.read(start, 0, start.length, 0);
    return start.toString('utf8', 0, bytesRead) === ageHeader;
  } finally {
    await file.close();
  }
}

/** Encrypts a stream; a few hundred kilobytes of it are in memory at a time. @throws BackupError for an unusable key */
export async function encryptStream(source: Readable, key: EncryptionKey): Promise<Readable> {
  const encrypter = new Encrypter();
  switch (key.kind) {
    case 'passphrase':
      encrypter.setPassphrase(key.passphrase);
      encrypter.setScryptWorkFactor(scryptWorkFactor);
      break;
    case 'recipients':
      for (const recipient of key.recipients) {
        try {
          encrypter.addRecipient(recipient);
        } catch (cause) {
          throw new BackupError(`${recipient} is not an age recipient; one begins with age1.`, { cause });
        }
      }
      break;
  }
  return toNode(await encrypter.encrypt(toWeb(source)));
}

/**
 * Decrypts a stream. What it gives out is checked piece by piece: a file that was changed or cut off fails in the middle.
 *
 * @throws BackupError when the key does not open it
 */
export async function decryptStream(source: Readable, key: DecryptionKey): Promise<Readable> {
  const decrypter = new Decrypter();
  switch (key.kind) {
    case 'passphrase':
      decrypter.addPassphrase(key.passphrase);
      break;
    case 'identities':
      for (const identity of key.identities) {
        try {
          decrypter.addIdentity(identity);
        } catch (cause) {
          throw new BackupError('The identity file holds no age secret key (AGE-SECRET-KEY-1…).', { cause });
        }
      }
      break;
  }
  try {
    return toNode(await decrypter.decrypt(toWeb(source)));
  } catch (cause) {
    throw new BackupError(wrongKey[key.kind], { cause });
  }
}

const wrongKey: Readonly<Record<DecryptionKey['kind'], string>> = {
  passphrase: 'The passphrase is wrong, or this backup was encrypted for an age key (see --identity-file).',
  identities: 'No key in the identity file opens this backup. Was it encrypted with a passphrase?',
};

/** The keys in a file as `age-keygen` writes it: one a line, comments after `#`. */
export async function readIdentities(path: string): Promise<string[]> {
  const lines = (await readFile(path, 'utf8')).split('\n').map((line) => line.trim());
  return lines.filter((line) => line !== '' && !line.startsWith('#'));
}

// The types of Node and of the web platform describe the same streams and do not know of each other.
function toWeb(source: Readable): ReadableStream<Uint8Array> {
  return Readable.toWeb(source);
}

function toNode(source: ReadableStream<Uint8Array>): Readable {
  return Readable.fromWeb(source);
}
