import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { describeSystemError } from './data-folder.ts';
import { currentProcessIdentity, isErrorWithCode, mayBeAlive } from './process-identity.ts';
import type { ProcessIdentity } from './process-identity.ts';

/** Another server has the folder open. Two on one folder lose data without any error, so the second one must not start. */
export class EmbeddedDatabaseLockedError extends Error {
  override readonly name = 'EmbeddedDatabaseLockedError';
  readonly code = 'embedded_database_locked';
  readonly directory: string;
  readonly holder: ProcessIdentity;

  constructor(directory: string, holder: ProcessIdentity, claimPath: string) {
    const advice =
      holder.host === hostname()
        ? 'Stop it, or set DATA_DIR to another folder.'
        : `It runs on host ${holder.host}. Stop it, or set DATA_DIR to another folder. If that host is gone, delete ${claimPath}.`;
    super(
      `Another PixSim7 server (process ${holder.pid}) is using this data directory: ${directory}. ${advice}`,
    );
    this.directory = directory;
    this.holder = holder;
  }
}

/** The folder cannot be taken, because nothing can be written next to it: a read-only or full disk, another owner. */
export class EmbeddedDatabaseUnwritableError extends Error {
  override readonly name = 'EmbeddedDatabaseUnwritableError';
  readonly code = 'embedded_database_unwritable';

  constructor(directory: string, cause: unknown) {
    const reason = describeSystemError(cause, dirname(directory));
    super(`The data directory ${directory} cannot be used: ${reason}`, { cause });
  }
}

export interface DirectoryLock {
  /** Lets the next one in. Releasing twice is harmless. */
  release(): void;
}

interface Claim extends ProcessIdentity {
  readonly file: string;
  readonly holds: boolean;
}

const claimSuffix = '.claim.json';
/** Stands next to the claim of the one who holds the folder. Only makes the refusal of others immediate. */
const holderSuffix = '.holder';
/** The time that one starter gives another, which started at the same moment, to step back. */
const standoffMilliseconds = 2_000;
const standoffPollMilliseconds = 25;

/**
 * Takes the folder for this process. Claims are files in `<directory>.lock`.
 *
 * Each starter first writes a claim of its own and then looks at the others, so of two that start at once at least one
 * sees the other. A claim has a name that is never used again, so removing a dead one cannot hit a live one: that is
 * the race of a single lock file, where two starters find it stale and the slower one deletes the new lock of the
 * faster one. Claims never expire by age: a holder may be blocked for long by a slow query.
 *
 * @throws EmbeddedDatabaseLockedError
 * @throws EmbeddedDatabaseUnwritableError
 */
export async function lockDirectory(directory: string): Promise<DirectoryLock> {
  const lockFolder = `${directory}.lock`;
  const own = writeFirstClaim(directory, lockFolder);
  try {
    let remainingPolls = standoffMilliseconds / standoffPollMilliseconds;
    for (;;) {
      const rivals = otherLiveClaims(lockFolder, own);
      const [first] = rivals;
      if (first === undefined) {
        writeFileSync(join(lockFolder, `${own}${holderSuffix}`), '');
        return { release: () => removeClaim(lockFolder, own) };
      }
      // Of two starters that see each other the one with the larger name steps back. A holder never does.
      const winner = rivals.find((rival) => rival.holds || rival.file < own);
      if (winner !== undefined || remainingPolls <= 0) {
        const rival = winner ?? first;
        throw new EmbeddedDatabaseLockedError(directory, rival, join(lockFolder, rival.file));
      }
      remainingPolls -= 1;
      await wait(standoffPollMilliseconds);
    }
  } catch (error) {
    removeClaim(lockFolder, own);
    throw error;
  }
}

/** The owner of the folder, found without taking part: writes and removes nothing. null when nobody has. */
export function findHolder(directory: string): ProcessIdentity | null {
  const lockFolder = `${directory}.lock`;
  if (!existsSync(lockFolder)) {
    return null;
  }
  for (const file of readdirSync(lockFolder).filter((name) => name.endsWith(claimSuffix))) {
    const identity = readClaim(join(lockFolder, file));
    if (identity !== null && mayBeAlive(identity)) {
      return identity;
    }
  }
  return null;
}

function writeFirstClaim(directory: string, lockFolder: string): string {
  try {
    mkdirSync(lockFolder, { recursive: true });
    return writeClaim(lockFolder);
  } catch (error) {
    throw new EmbeddedDatabaseUnwritableError(directory, error);
  }
}

/** @returns the name of the new claim, which is never used a second time */
function writeClaim(lockFolder: string): string {
  const name = randomUUID();
  const unfinished = join(lockFolder, `${name}.unfinished`);
  writeFileSync(unfinished, JSON.stringify(currentProcessIdentity()), { flag: 'wx', mode: 0o600 });
  // A claim appears with all its content or not at all.
  renameSync(unfinished, join(lockFolder, `${name}${claimSuffix}`));
  return `${name}${claimSuffix}`;
}

function removeClaim(lockFolder: string, file: string): void {
  rmSync(join(lockFolder, `${file}${holderSuffix}`), { force: true });
  rmSync(join(lockFolder, file), { force: true });
}

/** The claims of others, sorted by name. Those of dead processes are removed on the way. */
function otherLiveClaims(lockFolder: string, own: string): Claim[] {
  const live: Claim[] = [];
  const files = readdirSync(lockFolder);
  for (const file of files.filter((file) => file.endsWith(claimSuffix) && file !== own).sort()) {
    const identity = readClaim(join(lockFolder, file));
    if (identity === null) {
      continue;
    }
    if (mayBeAlive(identity)) {
      live.push({ ...identity, file, holds: files.includes(`${file}${holderSuffix}`) });
    } else {
      removeClaim(lockFolder, file);
    }
  }
  return live;
}

/** null when the claim was given up since the folder was listed. */
function readClaim(path: string): ProcessIdentity | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as ProcessIdentity;
  } catch (error) {
    if (isErrorWithCode(error, 'ENOENT')) {
      return null;
    }
    throw new Error(`The lock file ${path} cannot be read. Delete it when no PixSim7 server is running.`, {
      cause: error,
    });
  }
}
