import type { CoreDependencies } from '../dependencies.ts';
import { after } from '../limits/after.ts';
import type { BlobRow, Instant } from '../model/index.ts';
import { StaleRowError } from '../ports/index.ts';
import type { ReceivedFile, System, Transaction } from '../ports/index.ts';

/** Bytes that were neither used nor announced for this long may be removed; an asset follows its bytes within seconds. */
const unreservedAfterMs = 60 * 60_000;
/** A removal takes milliseconds; one that began this long ago broke off, and another process may end it. */
const abandonedAfterMs = 10 * 60_000;
/** Waits this long, in steps, for the end of a removal that is under way. */
const patienceMs = 10_000;
const waitMs = 100;
/** Rows of one transaction: everybody else waits for the embedded database meanwhile. */
const batchSize = 500;
/** Batches of one sweep; the next one goes on. */
const maxBatches = 20;

type Dependencies = Pick<CoreDependencies, 'blobs' | 'database' | 'system'>;

/** Writes something in the transaction that announces the bytes. May run several times. */
export type BeforeKeeping = (transaction: Transaction) => Promise<void>;

/**
 * Makes received bytes part of the store. They are announced first: the same bytes may lie there already and be about to be
 * removed, because the last asset that had them was deleted.
 *
 * @throws StaleRowError when a removal that broke off is in the way; try again later
 */
export async function keepBlob(
  { blobs, database, system }: Dependencies,
  file: ReceivedFile,
  mimeType: string,
  beforeKeeping: BeforeKeeping = async () => undefined,
): Promise<BlobRow> {
  for (let waited = 0; waited <= patienceMs; waited += waitMs) {
    const blob: BlobRow = { hash: file.hash, bytes: file.bytes, mimeType, createdAt: system.now() };
    const isAnnounced = await database.transaction(async (transaction) => {
      await beforeKeeping(transaction);
      return transaction.assets.reserveBlob(blob);
    });
    if (isAnnounced) {
      await blobs.keep(file, mimeType);
      return blob;
    }
    await wait(system, waitMs);
  }
  throw new StaleRowError(`The bytes ${file.hash} are being removed.`);
}

/** Removes bytes that no asset uses any more, unless somebody announced them lately. Returns how many files went. */
export async function removeUnusedBlobs(
  { blobs, database, system }: Dependencies,
  most: number,
): Promise<number> {
  const reservedBefore = system.now() - unreservedAfterMs;
  await unmarkUsedBlobs(database, reservedBefore);
  const unused = await database.transaction((transaction) =>
    transaction.assets.unreferencedBlobs(reservedBefore, most),
  );
  let removed = 0;
  for (const { hash } of unused) {
    const now = system.now();
    const times = { reservedBefore, abandonedBefore: now - abandonedAfterMs, now };
    const mine = await database.transaction((transaction) =>
      transaction.assets.beginBlobRemoval(hash, times),
    );
    // A process that stood still for long may have lost the removal to another one, and the bytes may be new ones.
    if (!mine || system.now() > latestRemoval(now)) {
      continue;
    }
    await blobs.remove(hash);
    await database.transaction((transaction) => transaction.assets.endBlobRemoval(hash, now));
    removed += 1;
  }
  return removed;
}

/** Afterwards only what is new, or of a deleted asset, has to be looked at again. */
async function unmarkUsedBlobs(database: Dependencies['database'], reservedBefore: Instant): Promise<void> {
  for (let batches = 0; batches < maxBatches; batches += 1) {
    const unmarked = await database.transaction((transaction) =>
      transaction.assets.unmarkUsedBlobs(reservedBefore, batchSize),
    );
    if (unmarked < batchSize) {
      return;
    }
  }
}

/** Half of the time after which others take over, so a slow removal is over by then. */
function latestRemoval(began: Instant): Instant {
  return began + abandonedAfterMs / 2;
}

function wait(system: System, forMs: number): Promise<void> {
  return new Promise((resolve) => {
    after(system, forMs, resolve);
  });
}
