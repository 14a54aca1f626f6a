import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { isArchive, unpack } from '../backup/archive.ts';
import { isEncrypted } from '../backup/encryption.ts';
import type { DecryptionKey } from '../backup/encryption.ts';
import { BackupError } from '../backup/manifest.ts';
import type { Manifest } from '../backup/manifest.ts';
import { restoreBackup } from '../backup/restore-backup.ts';
import { readSettings } from '../config/settings.ts';
import { decryptionKey, terminal } from './backup-keys.ts';
import { runCommand, say } from './run-command.ts';

const usage = `npm run restore -- --from <backup folder, file.tar or file.tar.age> [--data-dir <folder>]

Restores a backup into an empty folder (DATA_DIR by default), and checks every byte on the way.

For an encrypted backup, asks for the passphrase, or reads it from BACKUP_PASSPHRASE.

  --passphrase-file  Reads the passphrase from this file.
  --identity-file    Age secret keys, for a backup that was encrypted for a recipient.
`;

async function restore(
  from: string,
  dataDirectory: string,
  findKey: () => Promise<DecryptionKey>,
): Promise<Manifest> {
  if (!isArchive(from)) {
    return restoreBackup(from, dataDirectory);
  }
  const key = (await isEncrypted(from)) ? await findKey() : null;
  await mkdir(dirname(dataDirectory), { recursive: true, mode: 0o700 });
  // Beside the data, where there has to be room anyway; the folder for temporary files may be small.
  const unpacked = await mkdtemp(`${dataDirectory}.unpacked-`);
  try {
    await unpack(from, unpacked, key);
    return await restoreBackup(unpacked, dataDirectory);
  } finally {
    await rm(unpacked, { recursive: true, force: true });
  }
}

function report({ database, blobs, keys, created_at }: Manifest, dataDirectory: string): void {
  say(
    `Restored into ${dataDirectory}, as it was at ${created_at}: ${blobs.count} files, every hash checked.`,
  );
  if (!keys.includes('secret-key')) {
    say('Put secret-key into that folder, or set SECRET_KEY, before you start: the accounts need it.');
  }
  if (blobs.unreadable.length > 0) {
    say(`${blobs.unreadable.length} files were missing when the backup was made.`);
  }
  if (database.unfinished_jobs > 0) {
    say(
      `${database.unfinished_jobs} jobs were unfinished and will continue when the server starts. If the old installation ran on after the\n` +
        'backup, it may have run them already: then you pay for them twice. Cancel those, and start only one of the two.',
    );
  }
}

const options = {
  from: { type: 'string' },
  'data-dir': { type: 'string' },
  'passphrase-file': { type: 'string' },
  'identity-file': { type: 'string' },
} as const;

await runCommand(usage, options, async (values) => {
  if (values.from === undefined) {
    throw new BackupError(`--from is required.\n\n${usage}`);
  }
  const dataDirectory = resolve(values['data-dir'] ?? readSettings(process.env).DATA_DIR);
  const sources = { passphraseFile: values['passphrase-file'], environment: process.env };
  const findKey = () => decryptionKey(sources, values['identity-file'], terminal());
  report(await restore(resolve(values.from), dataDirectory, findKey), dataDirectory);
  return 0;
});
