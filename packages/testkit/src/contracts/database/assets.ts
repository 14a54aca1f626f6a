import { describe, expect, it } from 'vitest';
import type { AssetId, WorkspaceId } from '@pixsim7/contracts';
import { StaleRowError } from '@pixsim7/core';
import type { AssetFilter, AssetRow, BlobRow } from '@pixsim7/core';
import { buildAsset, buildBlob, buildId, builtAt, builtWorkspace } from '../../builders/index.ts';
import { givenAsset, givenJob } from './given.ts';
import type { DatabaseUnderTest } from './under-test.ts';

const otherWorkspace = 'wsp_0000000000000000000000000b' as WorkspaceId;

export function describeAssets(underTest: DatabaseUnderTest): void {
  describe('assets', () => {
    it('gives back every field as it was written', async () => {
      const { asset, read } = await underTest.run(async (transaction) => {
        const job = await givenJob(transaction);
        const asset = await givenAsset(transaction, {
          name: 'boat.mp4',
          bytes: 5_000_000_000,
          durationS: 5.041667,
          fps: 23.976,
          posterHash: 'a'.repeat(64),
          posterMimeType: 'image/webp',
          posterDueAt: builtAt + 5,
          posterLooks: 2,
          jobId: job.id,
          outputIndex: 0,
          madeBy: {
            providerId: 'example',
            accountId: buildId('account'),
            providerJobId: '318829972391296123',
          },
          originalUrl: 'https://media.example.com/a.mp4',
          lateResult: true,
        });
        return { asset, read: await transaction.assets.get(asset.id) };
      });
      expect(read).toEqual(asset);
    });

    it('gives back an image that has neither length nor frame rate', async () => {
      const { asset, read } = await underTest.run(async (transaction) => {
        const asset = await givenAsset(transaction, {
          origin: 'uploaded',
          mediaType: 'image',
          mimeType: 'image/png',
          width: null,
          height: null,
          durationS: null,
          fps: null,
          codec: null,
          animated: true,
          imageTraits: ['cmyk', 'turned'],
        });
        return { asset, read: await transaction.assets.get(asset.id) };
      });
      expect(read).toEqual(asset);
    });

    it('finds the posters that are due, the longest due first', async () => {
      const found = await underTest.run(async (transaction) => {
        const given = (posterDueAt: number | null): Promise<AssetRow> =>
          givenAsset(transaction, { posterDueAt });
        const [second, first, deleted] = [
          await given(builtAt),
          await given(builtAt - 1),
          await given(builtAt - 2),
        ];
        await given(builtAt + 1);
        await given(null);
        await transaction.assets.markDeleted(deleted.id, builtAt);
        return {
          expected: [first.id, second.id],
          all: await transaction.assets.duePosters(builtAt, 10),
          one: await transaction.assets.duePosters(builtAt, 1),
        };
      });
      expect(found.all).toEqual(found.expected);
      expect(found.one).toEqual(found.expected.slice(0, 1));
    });

    it('changes the poster of a row as it was read, and uses its bytes from then on', async () => {
      const poster = buildBlob({ mimeType: 'image/webp' });
      const asset = await underTest.run((transaction) =>
        givenAsset(transaction, { posterDueAt: builtAt, posterLooks: 0 }),
      );
      const claimed = await underTest.run(({ assets }) =>
        assets.updatePoster(asset, { posterDueAt: builtAt + 30_000, posterLooks: 1 }),
      );
      expect(claimed).toEqual({ ...asset, posterDueAt: builtAt + 30_000, posterLooks: 1 });
      const made = { posterDueAt: null, posterHash: poster.hash, posterMimeType: poster.mimeType };
      await expect(underTest.run(({ assets }) => assets.updatePoster(asset, made, poster))).rejects.toThrow(
        StaleRowError,
      );
      const updated = await underTest.run(({ assets }) => assets.updatePoster(claimed, made, poster));
      expect(updated).toEqual({ ...claimed, ...made });
      expect(await underTest.run(({ assets }) => assets.get(asset.id))).toEqual(updated);
      expect(
        await underTest.run(({ assets }) => assets.unreferencedBlobs(builtAt + 1, 100)),
      ).not.toContainEqual(poster);
      // Neither a poster that is made nor the asset of a deleted one changes any more.
      await expect(underTest.run(({ assets }) => assets.updatePoster(updated, made))).rejects.toThrow(
        StaleRowError,
      );
      await underTest.run(({ assets }) => assets.markDeleted(asset.id, builtAt));
      await expect(underTest.run(({ assets }) => assets.updatePoster(claimed, made))).rejects.toThrow(
        StaleRowError,
      );
    });

    it('takes no poster whose bytes are being removed', async () => {
      const poster = buildBlob();
      const asset = await underTest.run((transaction) => givenAsset(transaction, { posterDueAt: builtAt }));
      await underTest.run(({ assets }) => assets.reserveBlob(poster));
      await underTest.run(({ assets }) =>
        assets.beginBlobRemoval(poster.hash, {
          reservedBefore: builtAt + 1,
          abandonedBefore: builtAt,
          now: builtAt + 2,
        }),
      );
      const made = { posterDueAt: null, posterHash: poster.hash, posterMimeType: poster.mimeType };
      await expect(underTest.run(({ assets }) => assets.updatePoster(asset, made, poster))).rejects.toThrow(
        StaleRowError,
      );
      expect(await underTest.run(({ assets }) => assets.get(asset.id))).toEqual(asset);
    });

    it('reads many at once and leaves out unknown ids', async () => {
      const { wanted, read, none, missing } = await underTest.run(async (transaction) => {
        const wanted = [await givenAsset(transaction), await givenAsset(transaction)];
        await givenAsset(transaction);
        const read = await transaction.assets.getMany([...wanted.map(({ id }) => id), buildId('asset')]);
        return {
          wanted,
          read,
          none: await transaction.assets.getMany([]),
          missing: await transaction.assets.get(buildId('asset')),
        };
      });
      expect(new Set(read)).toEqual(new Set(wanted));
      expect(none).toEqual([]);
      expect(missing).toBeNull();
    });

    it('takes an output of a job once', async () => {
      const job = await underTest.run((transaction) => givenJob(transaction));
      const [first, second] = await underTest.run(async (transaction) => [
        await givenAsset(transaction, { jobId: job.id, outputIndex: 0 }),
        await givenAsset(transaction, { jobId: job.id, outputIndex: 1 }),
      ]);
      const duplicate = underTest.run((transaction) =>
        givenAsset(transaction, { jobId: job.id, outputIndex: 1 }),
      );
      await expect(duplicate).rejects.toMatchObject({ constraint: 'assets_job_output' });
      const ofJob = await underTest.run((transaction) => transaction.assets.byJobs([job.id]));
      expect(ofJob).toEqual([first, second]);
      expect(await underTest.run((transaction) => transaction.assets.byJobs([]))).toEqual([]);
    });

    it('becomes a tombstone once: not listed any more, still readable', async () => {
      const asset = await underTest.run((transaction) => givenAsset(transaction));
      const markDeleted = (id: AssetId) =>
        underTest.run((transaction) => transaction.assets.markDeleted(id, builtAt + 5));
      expect(await markDeleted(asset.id)).toBe(true);
      expect(await markDeleted(asset.id)).toBe(false);
      expect(await markDeleted(buildId('asset'))).toBe(false);
      const [read, listed] = await underTest.run(async (transaction) => [
        await transaction.assets.get(asset.id),
        await transaction.assets.list({ workspaceId: builtWorkspace }, { limit: 10, after: null }),
      ]);
      expect(read).toEqual({ ...asset, state: 'deleted', deletedAt: builtAt + 5 });
      expect(listed).toEqual([]);
    });
  });

  describe('lists of assets', () => {
    const listIds = async (filter: Partial<AssetFilter>): Promise<AssetId[]> => {
      const rows = await underTest.run((transaction) =>
        transaction.assets.list({ workspaceId: builtWorkspace, ...filter }, { limit: 100, after: null }),
      );
      return rows.map(({ id }) => id);
    };

    it('shows the newest first, filtered', async () => {
      const { job, video, image, ofJob } = await underTest.run(async (transaction) => {
        const job = await givenJob(transaction);
        const video = await givenAsset(transaction, { createdAt: builtAt + 1 });
        const image = await givenAsset(transaction, { mediaType: 'image', origin: 'uploaded' });
        const ofJob = await givenAsset(transaction, {
          jobId: job.id,
          outputIndex: 0,
          createdAt: builtAt - 1,
        });
        await givenAsset(transaction, { workspaceId: otherWorkspace });
        return { job, video, image, ofJob };
      });
      expect(await listIds({})).toEqual([video.id, image.id, ofJob.id]);
      expect(await listIds({ mediaType: 'image' })).toEqual([image.id]);
      expect(await listIds({ origin: 'generated' })).toEqual([video.id, ofJob.id]);
      expect(await listIds({ jobId: job.id })).toEqual([ofJob.id]);
    });

    it('goes through the pages without repeating or skipping a row', async () => {
      const assets = Array.from({ length: 5 }, () => buildAsset());
      await underTest.run(async (transaction) => {
        for (const asset of assets) {
          await transaction.assets.insert(asset, []);
        }
      });
      const seen: AssetId[] = [];
      let after: AssetRow | null = null;
      for (let page = 0; page < 3; page += 1) {
        const rows: AssetRow[] = await underTest.run((transaction) =>
          transaction.assets.list({ workspaceId: builtWorkspace }, { limit: 2, after }),
        );
        seen.push(...rows.map(({ id }) => id));
        after = rows.at(-1) ?? null;
      }
      expect(seen).toEqual(assets.map(({ id }) => id).toReversed());
    });
  });

  describe('blobs', () => {
    const unreferenced = (limit = 100) =>
      underTest.run((transaction) => transaction.assets.unreferencedBlobs(builtAt + 1, limit));

    const later = builtAt + 1_000;
    const begin = ({ hash }: BlobRow, times: { abandonedBefore?: number; now?: number } = {}) =>
      underTest.run((transaction) =>
        transaction.assets.beginBlobRemoval(hash, {
          reservedBefore: builtAt + 1,
          abandonedBefore: builtAt,
          now: later,
          ...times,
        }),
      );
    const reserve = (blob: BlobRow) => underTest.run((transaction) => transaction.assets.reserveBlob(blob));

    it('are written with the first asset that has the content, and shared by the next', async () => {
      const blob = buildBlob();
      await underTest.run(async (transaction) => {
        await transaction.assets.insert(buildAsset({ blobHash: blob.hash }), [blob]);
        await transaction.assets.insert(buildAsset({ blobHash: blob.hash }), [{ ...blob, createdAt: 0 }]);
      });
      const assets = await underTest.run((transaction) =>
        transaction.assets.list({ workspaceId: builtWorkspace }, { limit: 10, after: null }),
      );
      for (const asset of assets) {
        expect(await unreferenced()).toEqual([]);
        await underTest.run((transaction) => transaction.assets.markDeleted(asset.id, builtAt));
      }
      // The first row was kept: its time of creation is not the one of the second.
      expect(await unreferenced()).toEqual([blob]);
    });

    it('are in use as the file or the poster of a living asset', async () => {
      const [file, poster, orphan, young] = [
        buildBlob(),
        buildBlob({ mimeType: 'image/webp' }),
        buildBlob(),
        buildBlob({ createdAt: builtAt + 1 }),
      ];
      await underTest.run((transaction) =>
        transaction.assets.insert(buildAsset({ blobHash: file.hash, posterHash: poster.hash }), [
          file,
          poster,
          orphan,
          young,
        ]),
      );
      expect(await unreferenced()).toEqual([orphan]);
      const removed = await Promise.all([begin(file), begin(poster), begin(orphan), begin(young)]);
      expect(removed).toEqual([false, false, true, false]);
      await underTest.run((transaction) => transaction.assets.endBlobRemoval(orphan.hash, later));
      expect(await unreferenced()).toEqual([]);
    });

    it('that are in use are struck from those that may be unused, and come back with the end of their last asset', async () => {
      const blob = buildBlob();
      const unmark = (limit = 100) =>
        underTest.run((transaction) => transaction.assets.unmarkUsedBlobs(builtAt + 1, limit));
      const [first, second] = [buildAsset({ blobHash: blob.hash }), buildAsset({ posterHash: blob.hash })];
      await reserve(blob);
      expect(await unmark()).toBe(0);
      await underTest.run(async (transaction) => {
        await transaction.assets.insert(first, []);
        await transaction.assets.insert(second, []);
      });
      expect(await unmark()).toBe(1);
      expect(await unmark()).toBe(0);
      await underTest.run((transaction) => transaction.assets.markDeleted(first.id, builtAt));
      expect(await unreferenced()).toEqual([]);
      // The second asset still has the bytes.
      expect(await unmark()).toBe(1);
      await underTest.run((transaction) => transaction.assets.markDeleted(second.id, builtAt));
      expect(await unmark()).toBe(0);
      expect(await unreferenced()).toEqual([blob]);
    });

    it('are offered the oldest first, at most as many as asked', async () => {
      const [second, first] = [buildBlob(), buildBlob({ createdAt: builtAt - 1 })];
      await underTest.run((transaction) => transaction.assets.insert(buildAsset(), [second, first]));
      expect(await unreferenced()).toEqual([first, second]);
      expect(await unreferenced(1)).toEqual([first]);
    });

    it('stay when an asset took them up again since they were offered', async () => {
      const blob = buildBlob();
      const asset = buildAsset({ blobHash: blob.hash });
      await underTest.run((transaction) => transaction.assets.insert(asset, [blob]));
      await underTest.run((transaction) => transaction.assets.markDeleted(asset.id, builtAt));
      expect(await unreferenced()).toEqual([blob]);
      await underTest.run((transaction) =>
        transaction.assets.insert(buildAsset({ blobHash: blob.hash }), [blob]),
      );
      expect(await begin(blob)).toBe(false);
    });

    it('stay when somebody announced them again since they were offered', async () => {
      const blob = buildBlob();
      expect(await reserve(blob)).toBe(true);
      expect(await unreferenced()).toEqual([blob]);
      expect(await reserve({ ...blob, createdAt: builtAt + 1 })).toBe(true);
      expect(await begin(blob)).toBe(false);
      // An announcement that comes late does not shorten another one.
      expect(await reserve({ ...blob, createdAt: 0 })).toBe(true);
      expect(await unreferenced()).toEqual([]);
    });

    it('cannot be announced or used while they are removed, and can afterwards', async () => {
      const blob = buildBlob();
      await reserve(blob);
      expect(await begin(blob)).toBe(true);
      expect(await reserve({ ...blob, createdAt: later })).toBe(false);
      const asset = buildAsset({ blobHash: blob.hash });
      await expect(
        underTest.run((transaction) => transaction.assets.insert(asset, [blob])),
      ).rejects.toBeInstanceOf(StaleRowError);
      await underTest.run((transaction) => transaction.assets.endBlobRemoval(blob.hash, later));
      expect(await reserve({ ...blob, createdAt: later })).toBe(true);
      await underTest.run((transaction) => transaction.assets.insert(asset, [blob]));
      expect(await underTest.run((transaction) => transaction.assets.get(asset.id))).toEqual(asset);
    });

    it('whose removal broke off are offered again, and taken over after a while', async () => {
      const blob = buildBlob();
      await reserve(blob);
      expect(await begin(blob, { now: later })).toBe(true);
      expect(await unreferenced()).toEqual([blob]);
      expect(await begin(blob, { abandonedBefore: later })).toBe(false);
      expect(await begin(blob, { abandonedBefore: later + 1, now: later + 5 })).toBe(true);
      // The one who was slow ends nothing that another one began.
      await underTest.run((transaction) => transaction.assets.endBlobRemoval(blob.hash, later));
      expect(await unreferenced()).toEqual([blob]);
      await underTest.run((transaction) => transaction.assets.endBlobRemoval(blob.hash, later + 5));
      expect(await unreferenced()).toEqual([]);
    });
  });
}
