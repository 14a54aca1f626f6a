import type { Health } from '@pixsim7/contracts';
import { diskLevel } from '@pixsim7/core';
import type { DiskSpace } from '@pixsim7/core';
import type { LogStatistics } from '../../runtime/log-destination.ts';

type Check = Health['checks'][string];

/** Whether there is room for new work on the disk of the data folder. */
export function diskCheck(space: DiskSpace, reserveBytes: number): Check {
  const free = `${megabytes(space.freeBytes)} MB of ${megabytes(space.totalBytes)} MB are free`;
  const files = space.freeFiles === null ? '' : `, for ${space.freeFiles} files`;
  switch (diskLevel(space, reserveBytes)) {
    case 'enough':
      return { status: 'ok', detail: `${free}.` };
    case 'low':
      return {
        status: 'degraded',
        detail: `${free}; below ${megabytes(reserveBytes)} MB new work is refused. Free some space.`,
      };
    case 'reserved':
    case 'full':
      return {
        status: 'down',
        detail: `${free}${files}. New work is refused; accepted jobs go on. Free some space: at least ${megabytes(reserveBytes)} MB are needed.`,
      };
  }
}

export function logCheck({ dropped, failing }: LogStatistics): Check {
  const missing = `${dropped} lines were dropped since the start`;
  if (failing) {
    return { status: 'degraded', detail: `The log cannot be written; ${missing}.` };
  }
  return { status: 'ok', detail: dropped === 0 ? 'Is written.' : `Is written; ${missing}.` };
}

function megabytes(bytes: number): number {
  return Math.floor(bytes / 1e6);
}
