import type { ProblemField, UserId } from '@pixsim7/contracts';
import type { AssetRow } from '../model/index.ts';

/** Why an asset that a request names cannot be an input, without the pointer; null when it can. */
export function unusableInput(
  assetId: string,
  asset: AssetRow | null,
  ownerId: UserId,
): Pick<ProblemField, 'code' | 'detail'> | null {
  if (asset?.ownerId === ownerId && asset.state === 'stored') return null;
  if (asset?.ownerId === ownerId && asset.state === 'unprobed') {
    return {
      code: 'invalid_media',
      detail: `The file of asset ${assetId} could not be read when it came from its provider, so no job can use it. Download it, repair it, and upload it anew.`,
    };
  }
  return { code: 'not_found', detail: `There is no asset ${assetId}.` };
}
