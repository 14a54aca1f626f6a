import { mkdtemp, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { isArchive, unpack } from '../backup/archive.ts';
import { BackupError, type Manifest } from '../backup/manifest.ts';
import { restoreBackup } from '../backup/restore-backup.ts';
import { readSettings } from '../config/settings.ts';
import { runCommand, say } from './run-command.ts';

const usage = `npm run restore -- --from <backup folder or file.tar> [--data-dir <folder>]

Makes an installation out of a backup, in an empty folder (DATA_DIR unless told), and checks every byte on the way.
`;

async function restore(from: string, dataDirectory: string): Promise<Manifest> {
  if (!isArchive(from)) return restoreBackup(from, dataDirectory);
  // Beside the data, where there has to be room anyway; the folder for temporary files may be small.
  const unpacked = await mkdtemp(`${dataDirectory}.unpacked-`);
  try {
    await unpack(from, unpacked);
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
  if (blobs.unreadable.length > 0)
    say(`${blobs.unreadable.length} files were missing when the backup was made.`);
  if (database.unfinished_jobs > 0) {
    say(
      `${database.unfinished_jobs} jobs were unfinished and go on at the start. If the old installation went on after the\n` +
        'backup, they may have been done there: then they are paid twice. Cancel what is not wanted, and start only one.',
    );
  }
}

await runCommand(usage, { from: { type: 'string' }, 'data-dir': { type: 'string' } }, async (values) => {
  if (values.from === undefined) throw new BackupError(`--from is needed.\n\n${usage}`);
  const dataDirectory = resolve(values['data-dir'] ?? readSettings(process.env).DATA_DIR);
  report(await restore(resolve(values.from), dataDirectory), dataDirectory);
  return 0;
});
