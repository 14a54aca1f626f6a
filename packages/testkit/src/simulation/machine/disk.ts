import { StoreUnwritableError } from '@pixsim7/core';
import type { DiskRoom } from '@pixsim7/core';

/** Enough, only what is kept for accepted work, or nothing. */
export type DiskState = 'enough' | 'reserved' | 'full';

const reserveBytes = 1_000_000;
const freeBytes: Readonly<Record<DiskState, number>> = {
  enough: 100 * reserveBytes,
  reserved: reserveBytes / 2,
  full: 0,
};

/** The disk that all processes keep their files on. */
export class SimulatedDisk {
  state: DiskState = 'enough';

  /** @throws StoreUnwritableError */
  write(): void {
    if (this.state === 'full') {
      throw new StoreUnwritableError('0 bytes are free on the disk.');
    }
  }

  get room(): DiskRoom {
    return {
      reserveBytes,
      read: () =>
        Promise.resolve({
          freeBytes: freeBytes[this.state],
          totalBytes: 1_000 * reserveBytes,
          freeFiles: null,
        }),
    };
  }
}
