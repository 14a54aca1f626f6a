import { PixverseRefusal } from '../error-codes.ts';
import type { Fields } from '../fields.ts';
import type { Source } from './source-video.ts';

/**
 * PixVerse counts frames of the file. This emulator draws fewer than a camera would, and does not count those of an upload, so
 * that it counts 30 a second in both.
 */
export const keyframesPerSecond = 30;

/** Reads `keyframe_id`, from 1 to the last frame. Throws `PixverseRefusal` 400011 or 400017. */
export function readKeyframe(fields: Fields, { seconds }: Source): number {
  const keyframe = fields.requiredInteger('keyframe_id');
  const last = Math.max(1, Math.floor(seconds * keyframesPerSecond));
  if (keyframe < 1 || keyframe > last) {
    throw new PixverseRefusal(400017, `keyframe_id is from 1 to ${last}`);
  }
  return keyframe;
}
