import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { BlobStore } from '@pixsim7/core';
import {
  copyToPostgres,
  markMoved,
  openDiskBlobStore,
  openEmbeddedDatabase,
  openS3BlobStore,
} from '@pixsim7/infra';
import type { EmbeddedDatabase, UsedBlob } from '@pixsim7/infra';
import { BackupError } from '../backup/manifest.ts';
import { readSettings } from '../config/settings.ts';
import type { Settings } from '../config/settings.ts';
import { Cleanup } from '../runtime/cleanup.ts';
import { createLogger } from '../runtime/logger.ts';
import { runCommand, say } from './run-command.ts';

const usage = `npm run migrate-to-postgres -- --database-url <postgres://...> [--storage-url <s3://...>]

Moves everything in DATA_DIR to an empty PostgreSQL: jobs in flight, accounts, history. Stop the server first. Files stay
in DATA_DIR unless --storage-url says where to copy them. You can also set DATABASE_URL and STORAGE_URL, which other
users of this machine cannot see.
`;

/** Bound of a file on its way to the storage; all of them were accepted once, so it is only there to be high enough. */
const maxBytes = Number.MAX_SAFE_INTEGER;

/** Copies what the storage does not have yet, so a move that broke off goes on where it was. */
async function copyFiles(from: BlobStore, to: BlobStore, used: readonly UsedBlob[]): Promise<number> {
  let copied = 0;
  for (const { hash, mimeType } of used) {
    const [here, there] = [await from.stat(hash), await to.stat(hash)];
    if (here !== null && here.bytes === there?.bytes) {
      continue;
    }
    const file = await to.receive(await from.read(hash), { maxBytes });
    try {
      if (file.hash !== hash) {
        throw new BackupError(`The file ${hash} is damaged in DATA_DIR. Nothing was moved.`);
      }
      await to.keep(file, mimeType);
    } finally {
      await to.discard(file);
    }
    copied += 1;
  }
  return copied;
}

async function moveFiles(database: EmbeddedDatabase, settings: Settings, cleanup: Cleanup): Promise<void> {
  if (settings.STORAGE_URL === undefined) {
    return;
  }
  const spoolDirectory = join(settings.DATA_DIR, 'spool');
  const logger = createLogger(settings.LOG_LEVEL);
  const storage = await openS3BlobStore({ url: settings.STORAGE_URL, spoolDirectory, logger });
  cleanup.add('storage', () => storage.close());
  const used = await database.snapshot((snapshot) => snapshot.usedBlobs());
  const disk = await openDiskBlobStore({ directory: settings.DATA_DIR });
  say(`Files: ${await copyFiles(disk, storage, used)} copied, ${used.length} there.`);
}

/** Host and database of a URL, without the password. */
function nameOf(databaseUrl: string): string {
  const { host, pathname } = new URL(databaseUrl);
  return `${host}${pathname}`;
}

async function move(settings: Settings, databaseUrl: string): Promise<void> {
  const directory = join(settings.DATA_DIR, 'database');
  if (!existsSync(directory)) {
    throw new BackupError(`There is no installation in ${settings.DATA_DIR}.`);
  }
  const logger = createLogger(settings.LOG_LEVEL);
  const cleanup = new Cleanup(logger);
  try {
    const database = await openEmbeddedDatabase({ directory, logger, now: Date.now });
    cleanup.add('database', () => database.close());
    await moveFiles(database, settings, cleanup);
    const mark = `This installation was moved to PostgreSQL (${nameOf(databaseUrl)}) on ${new Date().toISOString()}.`;
    // Marked before the commit: when the answer to a commit is lost, two installations are worse than none.
    const counts = await database.snapshot((snapshot) =>
      copyToPostgres(snapshot, databaseUrl, () => markMoved(directory, mark)),
    );
    for (const [table, rows] of counts) {
      say(`  ${table.padEnd(20)} ${rows}`);
    }
  } finally {
    await cleanup.run();
  }
}

function describeNextSteps({ DATA_DIR, STORAGE_URL }: Settings): string {
  return [
    '',
    'Moved; every row was compared. Start the server with',
    '  DATABASE_URL  the one you gave here',
    `  SECRET_KEY    the content of ${join(DATA_DIR, 'secret-key')}, or the SECRET_KEY that you used before`,
    `  API_KEY       the content of ${join(DATA_DIR, 'api-key')}, or a new one`,
    STORAGE_URL === undefined
      ? `  DATA_DIR      ${DATA_DIR}, where the files are; STORAGE_URL when it runs on several hosts`
      : '  STORAGE_URL   the one you gave here',
    'The database in DATA_DIR is kept, but no server will start with it again.',
  ].join('\n');
}

await runCommand(
  usage,
  { 'database-url': { type: 'string' }, 'storage-url': { type: 'string' } },
  async (values) => {
    const { DATA_DIR, LOG_LEVEL, DATABASE_URL, STORAGE_URL } = process.env;
    const databaseUrl = values['database-url'] ?? DATABASE_URL ?? '';
    if (!/^postgres(ql)?:\/\//u.test(databaseUrl)) {
      throw new BackupError(`--database-url must be a URL that begins with postgres://\n\n${usage}`);
    }
    // Without DATABASE_URL: these are the settings of the installation as it was.
    const settings = readSettings({ DATA_DIR, LOG_LEVEL, STORAGE_URL: values['storage-url'] ?? STORAGE_URL });
    await move(settings, databaseUrl);
    say(describeNextSteps(settings));
    return 0;
  },
);
