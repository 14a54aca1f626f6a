import type { DiskSpace } from '../ports/disk-room.ts';

/**
 * The state of a disk.
 *
 * - `enough`: nothing to do
 * - `low`: a person should make room
 * - `reserved`: what is left is for work that was accepted; new work is refused
 * - `full`: nothing that takes room is begun
 */
export type DiskLevel = 'enough' | 'low' | 'reserved' | 'full';

/** People are told when this many reserves are left. */
const lowAtReserves = 2;
/** Below this part of the reserve a download is not begun: what is left is for the database. */
const fullAtReserves = 1 / 8;
/** A job makes about five files: video, poster, and what the database adds. */
const fewestFiles = 1_000;

export function diskLevel({ freeBytes, freeFiles }: DiskSpace, reserveBytes: number): DiskLevel {
  if (freeBytes < reserveBytes * fullAtReserves) {
    return 'full';
  }
  if (freeBytes < reserveBytes || (freeFiles !== null && freeFiles < fewestFiles)) {
    return 'reserved';
  }
  return freeBytes < reserveBytes * lowAtReserves ? 'low' : 'enough';
}
