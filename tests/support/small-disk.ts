import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { requireServers, startWatchdog } from '@pixsim7/testkit/servers';

/** A real file system of a few megabytes, in memory. It goes with this process, even when that is killed. */
export interface SmallDisk {
  readonly path: string;
  freeBytes(): number;
  /** Takes room until so much is free. */
  fillUntil(freeBytes: number): void;
  /** Gives back what `fillUntil` took. */
  makeRoom(): void;
  remount(rights: 'ro' | 'rw'): void;
  close(): Promise<void>;
}

/** Whether this process may mount one: on Linux, as root. */
function canMount(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    return false;
  }
  const probe = mkdtempSync(join(tmpdir(), 'pixsim7-mount-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', probe], { stdio: 'ignore' });
    execFileSync('umount', [probe], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  } finally {
    rmSync(probe, { recursive: true, force: true });
  }
}

/** Whether disks can be made here. With REQUIRE_SERVERS=1 it fails when they cannot, so no suite is skipped unseen. */
export function hasSmallDisks(): boolean {
  if (canMount()) {
    return true;
  }
  requireServers('right to mount a file system (run as root, on Linux)');
  return false;
}

export function mountSmallDisk(megabytes: number): SmallDisk {
  const path = mkdtempSync(join(tmpdir(), 'pixsim7-small-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=700`, 'tmpfs', path]);
  const watchdog = startWatchdog('umount -l "$1"; rmdir "$1"', [path]);
  const ballast = join(path, 'ballast');
  const freeBytes = (): number => {
    const { bavail, bsize } = statfsSync(path);
    return bavail * bsize;
  };
  return {
    path,
    freeBytes,
    fillUntil(wanted) {
      const file = openSync(ballast, 'a');
      const block = Buffer.alloc(4_096, 1);
      try {
        while (freeBytes() > wanted) {
          writeSync(file, block);
        }
      } catch (error) {
        // Somebody else took the last block.
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') {
          throw error;
        }
      } finally {
        closeSync(file);
      }
    },
    makeRoom: () => rmSync(ballast, { force: true }),
    remount: (rights) => void execFileSync('mount', ['-o', `remount,${rights}`, path]),
    close: () => watchdog.dismiss(),
  };
}
