import { UniqueViolationError, type AssetRepository, type AssetRow } from '@pixsim7/core';
import { byAge, compareText, getMany, insertNew, takePage } from './rows.ts';
import type { Tables } from './tables.ts';

export function createAssetRepository({ assets, blobs }: Tables): AssetRepository {
  const isUsed = (hash: string): boolean =>
    assets
      .values()
      .some((asset) => asset.deletedAt === null && (asset.blobHash === hash || asset.posterHash === hash));

  return {
    async insert(asset, newBlobs) {
      if (asset.jobId !== null && assets.values().some((other) => isSameOutput(asset, other))) {
        assets.refuse(new UniqueViolationError('assets_job_output'));
      }
      for (const blob of newBlobs) {
        if (blobs.get(blob.hash) === undefined) blobs.put(blob.hash, blob);
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
            asset.ownerId === filter.ownerId &&
            (filter.mediaType === undefined || asset.mediaType === filter.mediaType) &&
            (filter.origin === undefined || asset.origin === filter.origin) &&
            (filter.jobId === undefined || asset.jobId === filter.jobId),
        );
      return takePage(rows, page);
    },
    async markDeleted(id, now) {
      const asset = assets.get(id);
      if (asset === undefined || asset.deletedAt !== null) return false;
      assets.put(id, { ...asset, state: 'deleted', deletedAt: now });
      return true;
    },
    async unreferencedBlobs(createdBefore, limit) {
      return blobs
        .values()
        .filter((blob) => blob.createdAt < createdBefore && !isUsed(blob.hash))
        .sort((left, right) => left.createdAt - right.createdAt || compareText(left.hash, right.hash))
        .slice(0, limit);
    },
    async removeBlob(hash) {
      if (isUsed(hash)) return false;
      blobs.delete(hash);
      return true;
    },
  };
}

function isSameOutput(left: AssetRow, right: AssetRow): boolean {
  return left.jobId === right.jobId && left.outputIndex === right.outputIndex;
}
