import type { CoreDependencies } from '../dependencies.ts';
import type { AssetRow } from '../model/index.ts';
import { leaseMs } from '../rules/pacing.ts';

/** The poster of an asset, as long as nobody else may make it. */
export interface PosterHold {
  /** Ends it, and returns the asset as it is written down. */
  end(): Promise<AssetRow>;
}

/**
 * Keeps a claimed poster ours while it is made. The due time is the lease, and what tells our claim from a later one, so
 * each renewal has to be over before anything else is written.
 */
export function holdPoster(
  { database, logger, system }: Pick<CoreDependencies, 'database' | 'logger' | 'system'>,
  claimed: AssetRow,
): PosterHold {
  let asset = claimed;
  let renewing: Promise<void> = Promise.resolve();

  async function renew(): Promise<void> {
    const posterDueAt = Math.max(asset.posterDueAt ?? 0, system.now() + leaseMs);
    try {
      asset = await database.transaction(({ assets }) => assets.updatePoster(asset, { posterDueAt }));
    } catch (error) {
      // The look goes on: what is written in the end is refused if somebody else has the poster then.
      logger.warn({ asset_id: asset.id, error }, 'lease of a poster not renewed');
    }
  }

  const stop = system.every(leaseMs / 3, () => {
    renewing = renewing.then(renew);
  });
  return {
    async end() {
      stop();
      await renewing;
      return asset;
    },
  };
}
