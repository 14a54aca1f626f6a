import type { ProblemField } from '@pixsim7/contracts';
import type { InputSlot } from '@pixsim7/providers/contract';
import type { AssetRow } from '../model/index.ts';

/** Whether a file may fill a slot; complete: every reason, not the first. Checked before anything is spent. */
export function checkInputFile(slot: InputSlot, asset: AssetRow): ProblemField[] {
  const { specification } = slot;
  const pointer = `/params${slot.pointer}`;
  const problem = (detail: string, allowed: unknown): ProblemField => ({
    pointer,
    code: 'invalid_media',
    detail,
    allowed,
  });
  if (!specification.mime_types.includes(asset.mimeType)) {
    return [
      problem(
        `This is ${asset.mimeType}; ${specification.mime_types.join(', ')} can be used here.`,
        specification.mime_types,
      ),
    ];
  }
  const issues: ProblemField[] = [];
  if (specification.max_bytes !== undefined && asset.bytes > specification.max_bytes) {
    issues.push(
      problem(`${asset.bytes} bytes; at most ${specification.max_bytes}.`, {
        max_bytes: specification.max_bytes,
      }),
    );
  }
  const side = Math.max(asset.width ?? 0, asset.height ?? 0);
  if (specification.max_side_px !== undefined && side > specification.max_side_px) {
    issues.push(
      problem(`${side} pixels on its long side; at most ${specification.max_side_px}.`, {
        max_side_px: specification.max_side_px,
      }),
    );
  }
  if (
    specification.max_duration_s !== undefined &&
    asset.durationS !== null &&
    asset.durationS > specification.max_duration_s
  ) {
    issues.push(
      problem(`${asset.durationS} s long; at most ${specification.max_duration_s} s.`, {
        max_duration_s: specification.max_duration_s,
      }),
    );
  }
  return issues;
}
