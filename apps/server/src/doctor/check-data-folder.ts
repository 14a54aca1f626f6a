import { access, constants, mkdtemp, rmdir, stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { findHolder, findOpenEntries } from '@pixsim7/infra';
import type { Settings } from '../config/settings.ts';
import { maxEntriesLookedAt } from '../runtime/private-data.ts';
import { ok, problem, warning } from './finding.ts';
import type { Finding } from './finding.ts';
import type { RunningServer } from './running-server.ts';

const gigabyte = 1024 ** 3;
/** A first start writes 0.1 GB; below one gigabyte a day of videos can fill the rest. */
const littleSpaceBytes = gigabyte;

/** Whether the folder can be written, and how much fits into it. */
export async function checkDataFolder({
  DATA_DIR,
  MIN_FREE_BYTES,
}: Pick<Settings, 'DATA_DIR' | 'MIN_FREE_BYTES'>): Promise<Finding[]> {
  const name = 'data folder';
  if (!(await exists(DATA_DIR))) {
    const parent = dirname(DATA_DIR);
    return (await isWritable(parent))
      ? [ok(name, `${DATA_DIR} will be created at the first start.`)]
      : [
          problem(
            name,
            `${DATA_DIR} cannot be created.`,
            `Create ${parent} so that this user can write to it, or set DATA_DIR.`,
          ),
        ];
  }
  if (!(await isWritable(DATA_DIR))) {
    return [problem(name, `${DATA_DIR} cannot be written.`, 'Give it to the user that runs the server.')];
  }
  const { bavail, bsize } = await statfs(DATA_DIR);
  return [
    ok(name, `${DATA_DIR} can be written.`),
    spaceFinding(bavail * bsize, MIN_FREE_BYTES),
    await checkPrivacy(DATA_DIR),
  ];
}

/** @param reserveBytes below this the server refuses new work */
export function spaceFinding(freeBytes: number, reserveBytes: number): Finding {
  const detail = `${(freeBytes / gigabyte).toFixed(1)} GB are free.`;
  const advice = 'Free some space, or set STORAGE_URL to keep videos elsewhere.';
  if (freeBytes < reserveBytes) {
    return problem('disk', `${detail} New work is refused below MIN_FREE_BYTES (${reserveBytes}).`, advice);
  }
  return freeBytes < Math.max(littleSpaceBytes, 2 * reserveBytes)
    ? warning('disk', detail, advice)
    : ok('disk', detail);
}

/** It holds keys, sealed credentials and prompts. The next start closes it to others, but it was open until then. */
async function checkPrivacy(directory: string): Promise<Finding> {
  const name = 'privacy';
  const { count, first, complete } = await findOpenEntries(directory, maxEntriesLookedAt);
  const looked = complete ? '' : ` (the first ${maxEntriesLookedAt} entries)`;
  if (count === 0) {
    return ok(name, `Only this user can read ${directory}${looked}.`);
  }
  return problem(
    name,
    `Others can read ${count} files or folders of ${directory}${looked}, such as ${first.join(', ')}.`,
    `Run chmod -R go-rwx ${directory}, or start the server, which does it.`,
  );
}

/**
 * The embedded database is looked at from outside: opening it would bring its tables up to date and would keep a server
 * from starting meanwhile. A running server is asked instead.
 */
export async function checkEmbeddedDatabase(
  { DATA_DIR }: Pick<Settings, 'DATA_DIR'>,
  running: RunningServer | null,
): Promise<Finding> {
  const directory = join(DATA_DIR, 'database');
  const holder = findHolder(directory);
  if (holder !== null && running === null) {
    return problem(
      'database',
      `Process ${holder.pid} on ${holder.host} holds ${directory}, and does not answer at HOST and PORT.`,
      'Run doctor with the settings of that server, or stop it.',
    );
  }
  if (running !== null) {
    return running.health.database === 'connected'
      ? ok('database', `Embedded, in use by the running server, which says it works.`)
      : problem(
          'database',
          'Embedded; the running server says it does not work.',
          'See the log of the server.',
        );
  }
  if (!(await exists(join(directory, 'PG_VERSION')))) {
    return ok('database', 'Embedded, will be created at the first start.');
  }
  return ok('database', 'Embedded, not in use. The next start opens and migrates it.');
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** By writing: permissions alone do not tell of a file system that is read-only. */
async function isWritable(directory: string): Promise<boolean> {
  try {
    await access(directory, constants.W_OK);
    await rmdir(await mkdtemp(join(directory, '.doctor-')));
    return true;
  } catch {
    return false;
  }
}
