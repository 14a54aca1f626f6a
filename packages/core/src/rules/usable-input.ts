import type { ProblemField, WorkspaceId } from '@pixsim7/contracts';
import type { AssetRow } from '../model/index.ts';

/** The asset that a request names, when a job may use it; otherwise why not, without the pointer. */
export function usableInput(
  assetId: string,
  asset: AssetRow | null,
  workspaceId: WorkspaceId,
): { readonly asset: AssetRow } | { readonly issue: Pick<ProblemField, 'code' | 'detail'> } {
  if (asset?.workspaceId === workspaceId && asset.state === 'stored') {
    return { asset };
  }
  if (asset?.workspaceId === workspaceId && asset.state === 'unprobed') {
    return {
      issue: {
        code: 'invalid_media',
        detail: `The file of asset ${assetId} could not be read when it arrived from its provider, so no job can use it. Download it, repair it, and upload it again.`,
      },
    };
  }
  return { issue: { code: 'not_found', detail: `Asset ${assetId} not found.` } };
}
