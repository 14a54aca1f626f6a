import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

/** Tells a process from every other one, also from a later one that got the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks from the boot to the start of the process; null where there is no /proc. */
  readonly startTicks: string | null;
  /** Changes with every boot; null where there is no /proc. */
  readonly bootId: string | null;
  readonly host: string;
}

export function currentProcessIdentity(): ProcessIdentity {
  return {
    pid: process.pid,
    startTicks: readStartTicks(process.pid),
    bootId: readBootId(),
    host: hostname(),
  };
}

/**
 * Whether the process may still run. Only what is certainly dead counts as dead: a process of another host cannot be
 * looked at, so it counts as alive. (A container that is started again keeps its host name.)
 */
export function mayBeAlive(other: ProcessIdentity): boolean {
  if (other.host !== hostname()) {
    return true;
  }
  const bootId = readBootId();
  if (other.bootId !== null && bootId !== null && other.bootId !== bootId) {
    return false;
  }
  if (!pidExists(other.pid) || isZombie(other.pid)) {
    return false;
  }
  const startTicks = readStartTicks(other.pid);
  // The number was given to a new process when the start differs.
  return other.startTicks === null || startTicks === null || other.startTicks === startTicks;
}

function pidExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it exists and belongs to somebody else.
    return isErrorWithCode(error, 'EPERM');
  }
}

/** Ended, and not yet collected by its parent: in a container whose first process collects nobody, it stays forever. */
function isZombie(pid: number): boolean {
  const state = readStatFields(pid)?.[0];
  return state === 'Z' || state === 'X';
}

/** Field 22 of /proc/<pid>/stat. */
function readStartTicks(pid: number): string | null {
  return readStatFields(pid)?.[19] ?? null;
}

/** From the third field, the state. The second is the name in parentheses and may hold blanks and parentheses. */
function readStatFields(pid: number): string[] | null {
  const stat = readOrNull(`/proc/${pid}/stat`);
  return stat === null ? null : stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

function readBootId(): string | null {
  return readOrNull('/proc/sys/kernel/random/boot_id')?.trim() ?? null;
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (isErrorWithCode(error, 'ENOENT') || isErrorWithCode(error, 'ESRCH')) {
      return null;
    }
    throw error;
  }
}

export function isErrorWithCode(error: unknown, code: string): boolean {
  return error instanceof Error && Reflect.get(error, 'code') === code;
}
