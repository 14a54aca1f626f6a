import { StaleRowError, UniqueViolationError } from '@pixsim7/core';
import type { AssetRepository, AssetRow, BlobRow } from '@pixsim7/core';
import { byAge, compareText, getMany, insertNew, isMadeBetween, takePage } from './rows.ts';
import type { StoredBlobRow, Tables } from './tables.ts';

export function createAssetRepository({ assets, blobs, jobs }: Tables): AssetRepository {
  const isUsed = (hash: string): boolean =>
    assets
      .values()
      .some((asset) => asset.deletedAt === null && (asset.blobHash === hash || asset.posterHash === hash));

  const isAbout = ({ name, jobId }: AssetRow, search: string): boolean =>
    [name, jobs.get(jobId ?? '')?.params.prompt].some(
      (text) => text?.toLowerCase().includes(search.toLowerCase()) === true,
    );

  function insertBlob(asset: AssetRow, blob: BlobRow): void {
    const stored = blobs.get(blob.hash);
    if (stored !== undefined && stored.removingSince !== null) {
      assets.refuse(new StaleRowError(`The bytes of asset ${asset.id} are being removed.`));
    }
    const used = asset.deletedAt === null && [asset.blobHash, asset.posterHash].includes(blob.hash);
    blobs.put(blob.hash, { ...(stored ?? newBlob(blob)), maybeUnused: !used });
  }

  return {
    async insert(asset, newBlobs) {
      if (asset.jobId !== null && assets.values().some((other) => isSameOutput(asset, other))) {
        assets.refuse(new UniqueViolationError('assets_job_output'));
      }
      for (const blob of newBlobs) {
        insertBlob(asset, blob);
      }
      insertNew(assets, 'assets_pkey', asset.id, asset);
    },
    async get(id) {
      return assets.get(id) ?? null;
    },
    async getMany(ids) {
      return getMany(assets, ids);
    },
    async byJobs(ids) {
      const wanted = new Set(ids);
      return assets
        .values()
        .filter(({ jobId }) => jobId !== null && wanted.has(jobId))
        .sort(byAge);
    },
    async list(filter, page) {
      const rows = assets
        .values()
        .filter(
          (asset) =>
            asset.deletedAt === null &&
            asset.workspaceId === filter.workspaceId &&
            (filter.mediaType === undefined || asset.mediaType === filter.mediaType) &&
            (filter.origin === undefined || asset.origin === filter.origin) &&
            (filter.jobId === undefined || asset.jobId === filter.jobId) &&
            (filter.search === undefined || isAbout(asset, filter.search)) &&
            isMadeBetween(asset, filter),
        );
      return takePage(rows, page);
    },
    async enterOlder() {
      return 0;
    },
    async duePosters(now, limit) {
      return assets
        .values()
        .filter(({ posterDueAt }) => posterDueAt !== null && posterDueAt <= now)
        .sort((left, right) => (left.posterDueAt ?? 0) - (right.posterDueAt ?? 0))
        .slice(0, limit)
        .map(({ id }) => id);
    },
    async updatePoster({ id, posterDueAt }, changes, blob) {
      const asset = assets.get(id);
      if (asset === undefined || posterDueAt === null || asset.posterDueAt !== posterDueAt) {
        return assets.refuse(new StaleRowError(`The poster of asset ${id} is not due any more.`));
      }
      const updated = assets.put(id, { ...asset, ...changes });
      if (blob !== undefined) {
        insertBlob(updated, blob);
      }
      return updated;
    },
    async markDeleted(id, now) {
      const asset = assets.get(id);
      if (asset === undefined || asset.deletedAt !== null) {
        return false;
      }
      assets.put(id, { ...asset, state: 'deleted', deletedAt: now, posterDueAt: null });
      for (const hash of [asset.blobHash, asset.posterHash]) {
        const blob = hash === null ? undefined : blobs.get(hash);
        if (blob !== undefined) {
          blobs.put(blob.hash, { ...blob, maybeUnused: true });
        }
      }
      return true;
    },
    async reserveBlob(blob) {
      const stored = blobs.get(blob.hash);
      if (stored !== undefined && stored.removingSince !== null) {
        return false;
      }
      const reservedAt = Math.max(stored?.reservedAt ?? 0, blob.createdAt);
      blobs.put(blob.hash, { ...(stored ?? newBlob(blob)), reservedAt });
      return true;
    },
    async unreferencedBlobs(reservedBefore, limit) {
      return blobs
        .values()
        .filter((blob) => isCandidate(blob, reservedBefore) && !isUsed(blob.hash))
        .sort(byReservation)
        .slice(0, limit)
        .map(({ hash, bytes, mimeType, createdAt }) => ({ hash, bytes, mimeType, createdAt }));
    },
    async unmarkUsedBlobs(reservedBefore, limit) {
      const used = blobs
        .values()
        .filter((blob) => isCandidate(blob, reservedBefore) && isUsed(blob.hash))
        .sort(byReservation)
        .slice(0, limit);
      for (const blob of used) {
        blobs.put(blob.hash, { ...blob, maybeUnused: false });
      }
      return used.length;
    },
    async beginBlobRemoval(hash, { reservedBefore, abandonedBefore, now }) {
      const stored = blobs.get(hash);
      if (stored === undefined || isUsed(hash) || stored.reservedAt >= reservedBefore) {
        return false;
      }
      if (stored.removingSince !== null && stored.removingSince >= abandonedBefore) {
        return false;
      }
      blobs.put(hash, { ...stored, removingSince: now });
      return true;
    },
    async endBlobRemoval(hash, since) {
      if (blobs.get(hash)?.removingSince === since) {
        blobs.delete(hash);
      }
    },
  };
}

function newBlob(blob: BlobRow): StoredBlobRow {
  return { ...blob, reservedAt: blob.createdAt, removingSince: null, maybeUnused: true };
}

function isCandidate(blob: StoredBlobRow, reservedBefore: number): boolean {
  return blob.maybeUnused && blob.reservedAt < reservedBefore;
}

function byReservation(left: StoredBlobRow, right: StoredBlobRow): number {
  return left.reservedAt - right.reservedAt || compareText(left.hash, right.hash);
}

function isSameOutput(left: AssetRow, right: AssetRow): boolean {
  return left.jobId === right.jobId && left.outputIndex === right.outputIndex;
}
