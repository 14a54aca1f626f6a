import { and, eq, inArray, isNull, lt, lte, not, notExists, or, sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import { StaleRowError } from '@pixsim7/core';
import type { AssetRepository, Instant } from '@pixsim7/core';
import type { RepositoryConnection } from '../connection.ts';
import { assets, blobs } from '../schema/index.ts';
import { insertAsset, insertBlob } from '../statements/row-writes.ts';
import { readRows, textArray } from '../statements/table-statements.ts';
import { assetStatements, blobStatements } from '../statements/tables.ts';
import { listAssets } from './asset-list.ts';
import { enterOlderAssets } from './enter-older.ts';

const byId = `${assetStatements.select} where "id" = $1`;
const byIds = `${assetStatements.select} where "id" = any($1)`;
const byJobs = `${assetStatements.select} where "job_id" = any($1) order by "created_at", "id"`;

/** No row: the bytes are being removed. */
const reservedAgain = `on conflict ("hash") do update
  set "reserved_at" = greatest("blobs"."reserved_at", excluded."reserved_at")
  where "blobs"."removing_since" is null
  returning "hash"`;

export function createAssetRepository(repository: RepositoryConnection): AssetRepository {
  const { drizzle: connection } = repository;
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
      await repository.sendAll(insertAsset(asset, newBlobs));
    },
    async get(id) {
      const [asset] = await readRows(repository, assetStatements, byId, [id]);
      return asset ?? null;
    },
    async getMany(ids) {
      return readRows(repository, assetStatements, byIds, [textArray(ids)]);
    },
    async byJobs(ids) {
      return readRows(repository, assetStatements, byJobs, [textArray(ids)]);
    },
    async list(filter, page) {
      return listAssets(connection, filter, page);
    },
    async enterOlder(limit) {
      return enterOlderAssets(connection, limit);
    },
    async duePosters(now, limit) {
      const due = await connection
        .select({ id: assets.id })
        .from(assets)
        .where(lte(assets.posterDueAt, now))
        .orderBy(assets.posterDueAt)
        .limit(limit);
      return due.map(({ id }) => id);
    },
    async updatePoster(asset, changes, blob) {
      const { id, posterDueAt } = asset;
      const [updated] =
        posterDueAt === null
          ? []
          : await connection
              .update(assets)
              .set(changes)
              .where(and(eq(assets.id, id), eq(assets.posterDueAt, posterDueAt)))
              .returning();
      if (updated === undefined) {
        throw new StaleRowError(`The poster of asset ${id} is not due any more, or was taken over.`);
      }
      if (blob !== undefined) {
        await repository.sendAll([insertBlob(updated, blob)]);
      }
      return updated;
    },
    async markDeleted(id, now) {
      const deleted = await connection
        .update(assets)
        .set({ state: 'deleted', deletedAt: now, posterDueAt: null })
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
      const { text, values } = blobStatements.insert({ ...blob, reservedAt: blob.createdAt });
      const { rows } = await repository.send({ text: `${text} ${reservedAgain}`, values });
      return rows.length > 0;
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
