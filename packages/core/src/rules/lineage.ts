import type { AssetId, InputRole, LineageRelation } from '@pixsim7/contracts';
import type { JobInputRow, LineageEdgeRow } from '../model/index.ts';

function relationOf(role: InputRole): LineageRelation {
  switch (role) {
    case 'source':
      return 'extends';
    case 'first_frame':
    case 'last_frame':
    case 'keyframe':
    case 'subject':
    case 'background':
    case 'reference':
      return role;
  }
}

/**
 * The edges of an asset: a projection of the job's inputs and nothing else, so computing them again gives the same
 * rows. An extension begins where its source ends.
 *
 * @param sourceDurationS length of each parent in seconds, where it has one
 */
export function lineageEdges(
  childId: AssetId,
  inputs: readonly JobInputRow[],
  sourceDurationS: ReadonlyMap<AssetId, number | null>,
): LineageEdgeRow[] {
  return inputs.map((input) => ({
    childId,
    parentId: input.assetId,
    relation: relationOf(input.role),
    position: input.position,
    atS: input.role === 'source' ? (sourceDurationS.get(input.assetId) ?? null) : null,
  }));
}
