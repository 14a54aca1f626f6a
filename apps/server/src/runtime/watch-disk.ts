import { diskLevel } from '@pixsim7/core';
import type { DiskLevel, DiskRoom, Logger, System } from '@pixsim7/core';

/** A full download of 8 workers at 100 MB/s takes longer than this to use up a reserve of half a gigabyte. */
const lookMs = 5_000;

/** Says once when the disk gets short, when new work is refused, and when there is room again. Returns the end of it. */
export function watchDisk(
  diskRoom: DiskRoom,
  { system, logger }: { readonly system: Pick<System, 'every'>; readonly logger: Logger },
): () => void {
  let told: DiskLevel | 'unknown' = 'enough';
  const tell = async (): Promise<void> => {
    const { reserveBytes } = diskRoom;
    try {
      const space = await diskRoom.read();
      const level = diskLevel(space, reserveBytes);
      if (level === told) {
        return;
      }
      const fields = {
        free_bytes: space.freeBytes,
        free_files: space.freeFiles,
        reserve_bytes: reserveBytes,
      };
      switch (level) {
        case 'enough':
          // As loud as the start of it: somebody who read that new work is refused has to read that it is over.
          logger.warn(fields, 'disk has space again');
          break;
        case 'low':
          logger.warn(fields, 'disk is getting full; free some space before new work is refused');
          break;
        case 'reserved':
          logger.error(fields, 'disk nearly full: new work is refused, accepted jobs go on');
          break;
        case 'full':
          logger.error(fields, 'disk full: new work is refused, finished videos wait');
          break;
      }
      told = level;
    } catch (error) {
      if (told !== 'unknown') {
        logger.error({ error }, 'free disk space unknown');
      }
      told = 'unknown';
    }
  };
  void tell();
  return system.every(lookMs, () => void tell());
}
