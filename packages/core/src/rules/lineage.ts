import type { AssetId, InputRole, LineageRelation, OperationType } from '@pixsim7/contracts';
import type { JobInputRow, LineageEdgeRow } from '../model/index.ts';

/** The relation of what an operation made to a file that it used. Of a source, it says what was done to it. */
export function relationOf(operation: OperationType, role: InputRole): LineageRelation {
  return role === 'source' ? relationToSource(operation) : role;
}

function relationToSource(operation: OperationType): LineageRelation {
  switch (operation) {
    case 'video_extend':
      return 'extends';
    case 'lip_sync':
      return 'lip_syncs';
    case 'sound_effect':
      return 'adds_sound_to';
    case 'restyle':
      return 'restyles';
    case 'video_modify':
      return 'modifies';
    case 'swap':
      return 'swaps_in';
    case 'upscale':
      return 'upscales';
    case 'mask_selection':
      return 'mask_of';
    case 'text_to_video':
    case 'image_to_video':
    case 'video_transition':
    case 'fusion':
    case 'motion_control':
    case 'effect':
    case 'avatar':
    case 'image_effect':
      // None of these has a source. A file that was paid for is kept with a weaker word rather than refused.
      return 'reference';
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
  operation: OperationType,
  inputs: readonly JobInputRow[],
  sourceDurationS: ReadonlyMap<AssetId, number | null>,
): LineageEdgeRow[] {
  return inputs.map((input) => {
    const relation = relationOf(operation, input.role);
    return {
      childId,
      parentId: input.assetId,
      relation,
      position: input.position,
      atS: relation === 'extends' ? (sourceDurationS.get(input.assetId) ?? null) : null,
    };
  });
}
