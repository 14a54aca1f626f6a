import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { openEmbeddedDatabase } from '@pixsim7/infra';
import { isArchive, pack } from '../backup/archive.ts';
import { createBackup, type BackupRequest } from '../backup/create-backup.ts';
import { BackupError, type Manifest } from '../backup/manifest.ts';
import { readSettings, type Settings } from '../config/settings.ts';
import { callControl } from '../control/call-control.ts';
import { Cleanup } from '../runtime/cleanup.ts';
import { createLogger } from '../runtime/logger.ts';
import { openBlobStore } from '../runtime/open-dependencies.ts';
import { version } from '../runtime/version.ts';
import { runCommand, say } from './run-command.ts';

const usage = `npm run backup [-- --to <new folder or file.tar>] [--without-keys]

Makes a backup of the installation in DATA_DIR: database, files and keys. A running server makes it itself and
goes on working. Give it back with npm run restore.

  --to            Default: ./backups/pixsim7-<time>.
  --without-keys  Leaves out secret-key and api-key. Without secret-key nobody can read the credentials of the accounts.
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
  if (reply === null) return makeAlone(settings, request);
  if (reply.outcome === 'failed') throw new BackupError(reply.message);
  return reply.manifest;
}

async function makeAlone(settings: Settings, request: BackupRequest): Promise<Manifest> {
  const directory = join(settings.DATA_DIR, 'database');
  if (!existsSync(directory)) throw new BackupError(`There is no installation in ${settings.DATA_DIR}.`);
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

function report({ database, blobs, keys }: Manifest, path: string): void {
  const rows = database.tables.reduce((sum, table) => sum + table.rows, 0);
  say(`Backup: ${path}`);
  say(
    `  database  ${rows} rows in ${database.tables.length} tables, ${database.unfinished_jobs} jobs unfinished`,
  );
  say(`  files     ${blobs.count}, ${(blobs.bytes / 1e6).toFixed(1)} MB`);
  say(`  keys      ${keys.length === 0 ? 'none' : keys.join(', ')}`);
  if (keys.length > 0) {
    say('\nIt holds the keys: whoever can read it can use the accounts. Keep it where you keep passwords.');
  }
  if (!keys.includes('secret-key')) {
    say(
      '\nIt does not hold the secret key. Keep that elsewhere: without it the credentials of the accounts are lost.',
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
  { to: { type: 'string' }, 'without-keys': { type: 'boolean', default: false } },
  async (values) => {
    const settings = readSettings(process.env);
    if (settings.DATABASE_URL !== undefined) {
      throw new BackupError(
        'This installation is on PostgreSQL: use pg_dump, and the tools of your file storage.',
      );
    }
    const path = resolve(values.to ?? defaultTarget(new Date()));
    const directory = isArchive(path) ? `${path}.folder` : path;
    if (isArchive(path) && existsSync(path)) throw new BackupError(`${path} is there already.`);
    const manifest = await make(settings, { directory, withKeys: !values['without-keys'] });
    if (isArchive(path)) {
      await pack(directory, `${path}.unfinished`);
      await rename(`${path}.unfinished`, path);
      await rm(directory, { recursive: true });
    }
    report(manifest, path);
    return manifest.blobs.unreadable.length === 0 ? 0 : 1;
  },
);
