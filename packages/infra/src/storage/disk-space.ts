import { statfs } from 'node:fs/promises';
import type { DiskRoom, DiskSpace } from '@pixsim7/core';

/** Free room on the disk of a folder. @throws the error of the file system */
export async function readDiskSpace(directory: string): Promise<DiskSpace> {
  // For a user without rights: what only root may use does not count.
  const { bavail, blocks, bsize, ffree, files } = await statfs(directory);
  return { freeBytes: bavail * bsize, totalBytes: blocks * bsize, freeFiles: files === 0 ? null : ffree };
}

/** A look costs microseconds, but hundreds of requests a second would queue them up. */
const keptMs = 1_000;

export interface DiskRoomOptions {
  /** On one disk or on several: the one with the least room counts. */
  readonly directories: readonly string[];
  readonly reserveBytes: number;
  readonly monotonicNow: () => number;
  readonly readSpace?: (directory: string) => Promise<DiskSpace>;
}

export function createDiskRoom({
  directories,
  reserveBytes,
  monotonicNow,
  readSpace = readDiskSpace,
}: DiskRoomOptions): DiskRoom {
  let latest: { readonly at: number; readonly space: Promise<DiskSpace> } | null = null;
  const look = async (): Promise<DiskSpace> => {
    const spaces = await Promise.all(directories.map(readSpace));
    return spaces.reduce((least, space) => (space.freeBytes < least.freeBytes ? space : least));
  };
  return {
    reserveBytes,
    read() {
      const at = monotonicNow();
      if (latest === null || at - latest.at >= keptMs) {
        latest = { at, space: look() };
      }
      return latest.space;
    },
  };
}
