import { and, eq, inArray, isNull, lt, not, notExists, or, sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import { StaleRowError } from '@pixsim7/core';
import type { AssetRepository, AssetRow, Instant } from '@pixsim7/core';
import type { RepositoryConnection } from '../connection.ts';
import { assets, blobs } from '../schema/index.ts';
import { listAssets } from './asset-list.ts';
import { enterOlderAssets } from './enter-older.ts';

export function createAssetRepository({ drizzle: connection }: RepositoryConnection): AssetRepository {
  const isUnused = notExists(
    connection
      .select({ id: assets.id })
      .from(assets)
      .where(
        and(isNull(assets.deletedAt), or(eq(assets.blobHash, blobs.hash), eq(assets.posterHash, blobs.hash))),
      ),
  );

  const isCandidate = (reservedBefore: Instant): SQL | undefined =>
    and(sql`${blobs.maybeUnused}`, lt(blobs.reservedAt, reservedBefore));

  /** Locks blobs in one order, so that two who lock the same ones do not wait for each other. */
  const lockedInOrder = (where: SQL) =>
    connection.select({ hash: blobs.hash }).from(blobs).where(where).orderBy(blobs.hash).for('update');

  return {
    async insert(asset, newBlobs) {
      if (newBlobs.length > 0) {
        const rows = [...newBlobs].sort((left, right) => (left.hash < right.hash ? -1 : 1));
        const kept = await connection
          .insert(blobs)
          .values(
            rows.map((row) => ({
              ...row,
              reservedAt: row.createdAt,
              maybeUnused: !isUsedBy(asset, row.hash),
            })),
          )
          // Locks a row that exists already: a removal of the blob that begins at the same time then waits for this
          // transaction and sees its asset.
          .onConflictDoUpdate({ target: blobs.hash, set: { maybeUnused: sql`excluded.maybe_unused` } })
          .returning({ removingSince: blobs.removingSince });
        if (kept.some(({ removingSince }) => removingSince !== null)) {
          throw new StaleRowError(`The bytes of asset ${asset.id} are being removed.`);
        }
      }
      await connection.insert(assets).values(asset);
    },
    async get(id) {
      const [asset] = await connection.select().from(assets).where(eq(assets.id, id));
      return asset ?? null;
    },
    async getMany(ids) {
      return connection
        .select()
        .from(assets)
        .where(inArray(assets.id, [...ids]));
    },
    async byJobs(ids) {
      return connection
        .select()
        .from(assets)
        .where(inArray(assets.jobId, [...ids]))
        .orderBy(assets.createdAt, assets.id);
    },
    async list(filter, page) {
      return listAssets(connection, filter, page);
    },
    async enterOlder(limit) {
      return enterOlderAssets(connection, limit);
    },
    async markDeleted(id, now) {
      const deleted = await connection
        .update(assets)
        .set({ state: 'deleted', deletedAt: now })
        .where(and(eq(assets.id, id), isNull(assets.deletedAt)))
        .returning({ blobHash: assets.blobHash, posterHash: assets.posterHash });
      const hashes = deleted.flatMap(({ blobHash, posterHash }) =>
        posterHash === null ? [blobHash] : [blobHash, posterHash],
      );
      if (hashes.length > 0) {
        await connection
          .update(blobs)
          .set({ maybeUnused: true })
          .where(inArray(blobs.hash, lockedInOrder(inArray(blobs.hash, hashes))));
      }
      return deleted.length > 0;
    },
    async reserveBlob(blob) {
      const reserved = await connection
        .insert(blobs)
        .values({ ...blob, reservedAt: blob.createdAt })
        .onConflictDoUpdate({
          target: blobs.hash,
          set: { reservedAt: sql`greatest(${blobs.reservedAt}, excluded.reserved_at)` },
          setWhere: isNull(blobs.removingSince),
        })
        .returning({ hash: blobs.hash });
      return reserved.length > 0;
    },
    async unreferencedBlobs(reservedBefore, limit) {
      return connection
        .select({
          hash: blobs.hash,
          bytes: blobs.bytes,
          mimeType: blobs.mimeType,
          createdAt: blobs.createdAt,
        })
        .from(blobs)
        .where(and(isCandidate(reservedBefore), isUnused))
        .orderBy(blobs.reservedAt, blobs.hash)
        .limit(limit);
    },
    async unmarkUsedBlobs(reservedBefore, limit) {
      // Locked by a statement of its own: a deletion of an asset that was under way is over when the second one looks, and
      // one that begins later waits and marks the blob again.
      const candidates = await connection
        .select({ hash: blobs.hash })
        .from(blobs)
        .where(and(isCandidate(reservedBefore), not(isUnused)))
        .orderBy(blobs.reservedAt, blobs.hash)
        .limit(limit);
      const hashes = candidates.map(({ hash }) => hash);
      if (hashes.length === 0) {
        return 0;
      }
      await lockedInOrder(inArray(blobs.hash, hashes));
      const unmarked = await connection
        .update(blobs)
        .set({ maybeUnused: false })
        .where(and(inArray(blobs.hash, hashes), not(isUnused)))
        .returning({ hash: blobs.hash });
      return unmarked.length;
    },
    async beginBlobRemoval(hash, { reservedBefore, abandonedBefore, now }) {
      // Two statements, because the second one looks at the data as it is after the wait for the lock.
      await connection.select({ hash: blobs.hash }).from(blobs).where(eq(blobs.hash, hash)).for('update');
      const taken = await connection
        .update(blobs)
        .set({ removingSince: now })
        .where(
          and(
            eq(blobs.hash, hash),
            lt(blobs.reservedAt, reservedBefore),
            or(isNull(blobs.removingSince), lt(blobs.removingSince, abandonedBefore)),
            isUnused,
          ),
        )
        .returning({ hash: blobs.hash });
      return taken.length > 0;
    },
    async endBlobRemoval(hash, since) {
      await connection.delete(blobs).where(and(eq(blobs.hash, hash), eq(blobs.removingSince, since)));
    },
  };
}

/** A row that is written as a tombstone uses nothing. */
function isUsedBy({ blobHash, posterHash, deletedAt }: AssetRow, hash: string): boolean {
  return deletedAt === null && (blobHash === hash || posterHash === hash);
}
