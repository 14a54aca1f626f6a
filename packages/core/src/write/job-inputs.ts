import type { AssetId, JobId } from '@pixsim7/contracts';
import type { InputSlot } from '@pixsim7/providers/contract';
import type { JobInputRow } from '../model/index.ts';

/** The rows of a job's inputs: which file fills which place of the provider's request. */
export function inputRows(
  jobId: JobId,
  filled: readonly { readonly slot: InputSlot; readonly assetId: AssetId }[],
): JobInputRow[] {
  return filled.map(({ slot, assetId }) => ({
    jobId,
    position: slot.position,
    role: slot.role,
    slot: slot.name,
    assetId,
    referenceName: slot.referenceName,
    segmentPrompt: slot.segmentPrompt,
    segmentDurationS: slot.segmentDurationS,
  }));
}
