import type { CoreDependencies } from '../dependencies.ts';
import { RequestError } from '../model/request-error.ts';
import { StoreUnwritableError } from '../ports/index.ts';
import { diskLevel } from '../rules/disk-level.ts';

const retryAfterSeconds = 60;
/** Bytes of a transfer between two looks at the disk. */
const lookEveryBytes = 8 * 1024 ** 2;

type Dependencies = Pick<CoreDependencies, 'diskRoom'>;

/**
 * Refuses new work while the reserve of the disk is touched. What was accepted before goes on: the reserve is for its
 * videos and its ledger.
 *
 * @throws RequestError insufficient_storage
 */
export async function assertRoomForNewWork({ diskRoom }: Dependencies): Promise<void> {
  if (diskRoom === undefined) {
    return;
  }
  const { reserveBytes } = diskRoom;
  const space = await diskRoom.read();
  switch (diskLevel(space, reserveBytes)) {
    case 'enough':
    case 'low':
      return;
    case 'reserved':
    case 'full':
      throw new RequestError(
        'insufficient_storage',
        `The disk of the server is nearly full: ${megabytes(space.freeBytes)} MB are free, and new work needs ${megabytes(reserveBytes)} MB. Nothing was created.`,
        { retryable: true, retryAfterSeconds },
      );
  }
}

/** The same bytes, as long as the reserve stays untouched. @throws RequestError insufficient_storage */
export async function* withinReserve(
  dependencies: Dependencies,
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  let sinceLook = lookEveryBytes;
  for await (const chunk of source) {
    if (sinceLook >= lookEveryBytes) {
      await assertRoomForNewWork(dependencies);
      sinceLook = 0;
    }
    sinceLook += chunk.byteLength;
    yield chunk;
  }
}

/**
 * For a download of accepted work, which may use the reserve: not begun when it could not be kept.
 *
 * @throws StoreUnwritableError
 */
export async function assertRoomForDownload({ diskRoom }: Dependencies): Promise<void> {
  if (diskRoom === undefined) {
    return;
  }
  const space = await diskRoom.read();
  if (diskLevel(space, diskRoom.reserveBytes) !== 'full') {
    return;
  }
  throw new StoreUnwritableError(`${megabytes(space.freeBytes)} MB are free on the disk.`);
}

function megabytes(bytes: number): number {
  return Math.floor(bytes / 1e6);
}
