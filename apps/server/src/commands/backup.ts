import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { openEmbeddedDatabase } from '@pixsim7/infra';
import { encryptedSuffix, isArchive, pack } from '../backup/archive.ts';
import { createBackup } from '../backup/create-backup.ts';
import type { BackupRequest } from '../backup/create-backup.ts';
import { BackupError } from '../backup/manifest.ts';
import type { Manifest } from '../backup/manifest.ts';
import { readSettings } from '../config/settings.ts';
import type { Settings } from '../config/settings.ts';
import { callControl } from '../control/call-control.ts';
import { Cleanup } from '../runtime/cleanup.ts';
import { createLogger } from '../runtime/logger.ts';
import { openBlobStore } from '../runtime/open-dependencies.ts';
import { version } from '../runtime/version.ts';
import { encryptionKey, terminal } from './backup-keys.ts';
import { runCommand, say } from './run-command.ts';

const usage = `npm run backup -- [--to <new folder, file.tar or file.tar.age>] [--encrypt] [--without-keys]

Backs up the installation in DATA_DIR: database, files and keys. If the server is running, it makes the backup itself
and keeps working. Restore it with npm run restore.

  --to               Default: ./backups/pixsim7-<time>.
  --encrypt          Writes one file that only a passphrase opens. Asks for it, or reads it from BACKUP_PASSPHRASE.
  --passphrase-file  Reads the passphrase from this file.
  --recipient        Encrypts for this age public key (age1…) in place of a passphrase. May be repeated.
  --without-keys     Leaves out secret-key and api-key. Without secret-key nobody can read the credentials of the accounts.
`;

function defaultTarget(now: Date): string {
  return join('backups', `pixsim7-${now.toISOString().slice(0, 19).replaceAll(':', '')}Z`);
}

/** The server does it when one runs; otherwise this process has the data folder for itself. */
async function make(settings: Settings, request: BackupRequest): Promise<Manifest> {
  const reply = await callControl(settings.DATA_DIR, {
    command: 'backup',
    directory: request.directory,
    with_keys: request.withKeys,
  });
  return reply ?? makeAlone(settings, request);
}

async function makeAlone(settings: Settings, request: BackupRequest): Promise<Manifest> {
  const directory = join(settings.DATA_DIR, 'database');
  if (!existsSync(directory)) {
    throw new BackupError(`There is no installation in ${settings.DATA_DIR}.`);
  }
  const logger = createLogger(settings.LOG_LEVEL);
  const cleanup = new Cleanup(logger);
  const now = Date.now;
  try {
    const database = await openEmbeddedDatabase({ directory, logger, now, keepTables: true });
    cleanup.add('database', () => database.close());
    const blobs = await openBlobStore(settings, logger, cleanup);
    const holdRemovals = (): Promise<() => void> => Promise.resolve(() => undefined);
    const source = { database, blobs, holdRemovals, dataDirectory: settings.DATA_DIR, version, now };
    return await createBackup(source, request, new AbortController().signal);
  } finally {
    await cleanup.run();
  }
}

/** Of commands that were killed; what is younger may belong to one that runs. */
const leftoverAfterMs = 24 * 3_600_000;
const stagingPrefix = 'backup.folder-';

/**
 * The folder that becomes an encrypted file. It is written in the data folder, where the same content is unencrypted
 * anyway, and never next to the target, which may be on a disk that others can read.
 */
async function stagingFolder({ DATA_DIR }: Settings): Promise<string> {
  for (const name of await readdir(DATA_DIR)) {
    if (!name.startsWith(stagingPrefix)) {
      continue;
    }
    const path = join(DATA_DIR, name);
    if (Date.now() - (await stat(path)).mtimeMs > leftoverAfterMs) {
      await rm(path, { recursive: true });
    }
  }
  return join(DATA_DIR, `${stagingPrefix}${randomUUID()}`);
}

function report({ database, blobs, keys }: Manifest, path: string, encrypted: boolean): void {
  const rows = database.tables.reduce((sum, table) => sum + table.rows, 0);
  say(`Backup: ${path}`);
  say(
    `  database  ${rows} rows in ${database.tables.length} tables, ${database.unfinished_jobs} jobs unfinished`,
  );
  say(`  files     ${blobs.count}, ${(blobs.bytes / 1e6).toFixed(1)} MB`);
  say(`  keys      ${keys.length === 0 ? 'none' : keys.join(', ')}`);
  if (encrypted) {
    say('\nIt is encrypted. Without its passphrase, or its age key, nobody can restore it.');
  } else if (keys.length > 0) {
    say(
      '\nIt contains the keys: anyone who can read it can use the accounts. Keep it where you keep passwords.',
    );
  }
  if (!keys.includes('secret-key')) {
    say(
      '\nIt does not contain the secret key. Keep that elsewhere: without it the credentials of the accounts are lost.',
    );
  }
  if (blobs.unreadable.length > 0) {
    say(
      `\n${blobs.unreadable.length} files could not be read and are NOT in it:\n  ${blobs.unreadable.join('\n  ')}`,
    );
  }
}

await runCommand(
  usage,
  {
    to: { type: 'string' },
    encrypt: { type: 'boolean', default: false },
    'passphrase-file': { type: 'string' },
    recipient: { type: 'string', multiple: true, default: [] },
    'without-keys': { type: 'boolean', default: false },
  },
  async (values) => {
    const settings = readSettings(process.env);
    if (settings.DATABASE_URL !== undefined) {
      throw new BackupError(
        'This installation is on PostgreSQL: use pg_dump, and the tools of your file storage.',
      );
    }
    const recipients = values.recipient;
    const encrypted =
      values.encrypt || recipients.length > 0 || (values.to?.endsWith(encryptedSuffix) ?? false);
    const path = resolve(values.to ?? `${defaultTarget(new Date())}${encrypted ? encryptedSuffix : ''}`);
    if (encrypted && !path.endsWith(encryptedSuffix)) {
      throw new BackupError(`An encrypted backup is one file; end its name with ${encryptedSuffix}.`);
    }
    if (isArchive(path) && existsSync(path)) {
      throw new BackupError(`${path} already exists.`);
    }
    if (!existsSync(settings.DATA_DIR)) {
      throw new BackupError(`There is no installation in ${settings.DATA_DIR}.`);
    }
    const sources = { passphraseFile: values['passphrase-file'], environment: process.env };
    const key = encrypted ? await encryptionKey(sources, recipients, terminal()) : null;
    const directory = !isArchive(path)
      ? path
      : key === null
        ? `${path}.folder-${randomUUID()}`
        : await stagingFolder(settings);
    const manifest = await make(settings, { directory, withKeys: !values['without-keys'] });
    if (isArchive(path)) {
      try {
        await mkdir(dirname(path), { recursive: true, mode: 0o700 });
        await pack(directory, path, key);
      } finally {
        await rm(directory, { recursive: true, force: true });
      }
    }
    report(manifest, path, encrypted);
    return manifest.blobs.unreadable.length === 0 ? 0 : 1;
  },
);
