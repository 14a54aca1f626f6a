import type { AssetId } from '@pixsim7/contracts';
import type { CoreDependencies } from '../dependencies.ts';
import { keepPoster } from '../files/keep-poster.ts';
import type { AssetRow, BlobRow } from '../model/index.ts';
import { StoreUnwritableError, UnreadableMediaError } from '../ports/index.ts';
import type { MediaFacts, StepHandler, StepResult } from '../ports/index.ts';
import { deadLookPauseMs, lookAgainDelayMs, maxLooks, posterPauseMs } from '../rules/index.ts';
import { write } from '../write/unit-of-work.ts';
import type { UnitOfWork } from '../write/unit-of-work.ts';
import { writeAssetEvent } from '../write/write-event.ts';
import { holdPoster } from './poster-hold.ts';

/**
 * Makes the poster of an asset from its stored file. A look is counted before it begins, as in ingest: a file that ends the
 * server each time has no poster after three looks.
 */
export function createPosterStep(dependencies: CoreDependencies): StepHandler<AssetId> {
  return async (id) => {
    const claimed = await claim(dependencies, id);
    if ('result' in claimed) {
      return claimed.result;
    }
    const hold = holdPoster(dependencies, claimed.asset);
    let poster: BlobRow | null;
    try {
      poster = await makePoster(dependencies, claimed.asset);
    } catch (error) {
      return afterTrouble(dependencies, await hold.end(), error);
    }
    return finish(dependencies, await hold.end(), poster);
  };
}

async function claim(
  dependencies: CoreDependencies,
  id: AssetId,
): Promise<{ readonly asset: AssetRow } | { readonly result: StepResult }> {
  return write(dependencies, async (unit) => {
    const asset = await unit.assets.get(id);
    if (asset === null || asset.posterDueAt === null) {
      return { result: {} };
    }
    if (asset.posterDueAt > unit.now) {
      return { result: { again: asset.posterDueAt } };
    }
    if (asset.posterLooks >= maxLooks) {
      await endLooking(unit, asset, null);
      return { result: {} };
    }
    const posterLooks = asset.posterLooks + 1;
    const posterDueAt = unit.now + deadLookPauseMs(posterLooks);
    return { asset: await unit.assets.updatePoster(asset, { posterLooks, posterDueAt }) };
  });
}

/** null when this machine cannot make one, or the bytes are gone. @throws UnreadableMediaError, StoreUnwritableError */
async function makePoster(dependencies: CoreDependencies, asset: AssetRow): Promise<BlobRow | null> {
  const { blobs, media } = dependencies;
  if ((await blobs.stat(asset.blobHash)) === null) {
    return null;
  }
  const file = await blobs.localFile(asset.blobHash);
  try {
    const poster = await media.poster(file.path, factsOf(asset));
    return poster === null ? null : await keepPoster(dependencies, poster);
  } finally {
    await file.release();
  }
}

function factsOf(asset: AssetRow): MediaFacts {
  const { mediaType, mimeType, width, height, durationS, fps, codec, animated, imageTraits } = asset;
  return { mediaType, mimeType, width, height, durationS, fps, codec, animated, imageTraits };
}

async function finish(
  dependencies: CoreDependencies,
  asset: AssetRow,
  poster: BlobRow | null,
): Promise<StepResult> {
  await write(dependencies, (unit) => endLooking(unit, asset, poster));
  return {};
}

/** @param poster null: there is none, and nobody looks again */
async function endLooking(unit: UnitOfWork, asset: AssetRow, poster: BlobRow | null): Promise<void> {
  const ended =
    poster === null
      ? await unit.assets.updatePoster(asset, { posterDueAt: null })
      : await unit.assets.updatePoster(
          asset,
          { posterDueAt: null, posterHash: poster.hash, posterMimeType: poster.mimeType },
          poster,
        );
  await writeAssetEvent(unit, ended, 'asset.updated');
}

/** A file that cannot be read is looked at three times. Everything else says nothing about the file, and is tried until it works. */
async function afterTrouble(
  dependencies: CoreDependencies,
  asset: AssetRow,
  error: unknown,
): Promise<StepResult> {
  const { logger } = dependencies;
  logger.warn({ asset_id: asset.id, looks: asset.posterLooks, error }, 'poster not made');
  if (error instanceof UnreadableMediaError) {
    return asset.posterLooks >= maxLooks
      ? finish(dependencies, asset, null)
      : putOff(dependencies, asset, asset.posterLooks, lookAgainDelayMs(asset.posterLooks));
  }
  const pauseMs = posterPauseMs(asset, dependencies.system.now());
  const result = await putOff(dependencies, asset, asset.posterLooks - 1, pauseMs);
  if (error instanceof StoreUnwritableError) {
    return result;
  }
  throw error;
}

async function putOff(
  dependencies: CoreDependencies,
  asset: AssetRow,
  posterLooks: number,
  pauseMs: number,
): Promise<StepResult> {
  return write(dependencies, async (unit) => {
    const posterDueAt = unit.now + pauseMs;
    await unit.assets.updatePoster(asset, { posterLooks, posterDueAt });
    return { again: posterDueAt };
  });
}
