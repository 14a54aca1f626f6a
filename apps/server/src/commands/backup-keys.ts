import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { readIdentities, shortestPassphrase } from '../backup/encryption.ts';
import type { DecryptionKey, EncryptionKey } from '../backup/encryption.ts';
import { BackupError } from '../backup/manifest.ts';

/** Never a command line option: other users of the machine see the options of every program. */
export const passphraseVariable = 'BACKUP_PASSPHRASE';

export interface KeySources {
  readonly passphraseFile: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * The key that a backup should be encrypted with.
 *
 * @param ask reads a line from a person, without showing it; null when nobody is there
 * @throws BackupError
 */
export async function encryptionKey(
  sources: KeySources,
  recipients: readonly string[],
  ask: Ask | null,
): Promise<EncryptionKey> {
  if (recipients.length > 0) {
    return { kind: 'recipients', recipients };
  }
  const given = await givenPassphrase(sources);
  const passphrase = given ?? (await askTwice(ask));
  if (passphrase.length < shortestPassphrase) {
    throw new BackupError(`The passphrase needs at least ${shortestPassphrase} characters.`);
  }
  return { kind: 'passphrase', passphrase };
}

/** The key that opens a backup. @throws BackupError */
export async function decryptionKey(
  sources: KeySources,
  identityFile: string | undefined,
  ask: Ask | null,
): Promise<DecryptionKey> {
  if (identityFile !== undefined) {
    return { kind: 'identities', identities: await readIdentities(identityFile) };
  }
  const passphrase = (await givenPassphrase(sources)) ?? (await required(ask)('Passphrase of the backup: '));
  return { kind: 'passphrase', passphrase };
}

async function givenPassphrase({ passphraseFile, environment }: KeySources): Promise<string | null> {
  if (passphraseFile === undefined) {
    return environment[passphraseVariable] ?? null;
  }
  // Editors end a file with a line break, which is no part of the passphrase.
  return (await readFile(passphraseFile, 'utf8')).replace(/\r?\n$/u, '');
}

async function askTwice(ask: Ask | null): Promise<string> {
  const asked = required(ask);
  const first = await asked('Passphrase for the backup: ');
  if ((await asked('The same again: ')) !== first) {
    throw new BackupError('The two passphrases differ.');
  }
  return first;
}

function required(ask: Ask | null): Ask {
  if (ask !== null) {
    return ask;
  }
  throw new BackupError(`Set ${passphraseVariable}, or name a file with --passphrase-file.`);
}

export type Ask = (question: string) => Promise<string>;

/** Asks on the terminal, without showing the answer; null without a terminal. */
export function terminal(): Ask | null {
  if (!process.stdin.isTTY) {
    return null;
  }
  return (question) =>
    new Promise((resolve, reject) => {
      process.stderr.write(question);
      // Echoes nothing.
      const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
      const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true });
      lines.once('line', (answer) => {
        lines.close();
        process.stderr.write('\n');
        resolve(answer);
      });
      lines.once('SIGINT', () => {
        lines.close();
        reject(new BackupError('Nothing was done.'));
      });
    });
}
