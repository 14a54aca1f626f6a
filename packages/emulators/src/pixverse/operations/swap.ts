import { PixverseRefusal } from '../error-codes.ts';
import { editPriceOf, editQualities } from '../feature-prices.ts';
import { readKeyframe } from './keyframe.ts';
import { labelOf, linesOf, planDefaults, sizeOf } from './plan.ts';
import type { Planner } from './plan.ts';
import { readSource } from './source-video.ts';

/** POST /video/swap/generate: what a mask covers is replaced by a picture. The mask has to be of this video and keyframe. */
export const planSwap: Planner = (fields, references) => {
  const source = readSource(fields, references);
  const keyframe = readKeyframe(fields, source);
  const selection = references.maskSelection(fields.requiredText('mask_id'));
  const image = references.image(fields.requiredId('img_id'));
  const quality = fields.requiredOneOf('quality', editQualities);
  if (selection.sourceKey !== source.key || selection.keyframe !== keyframe) {
    throw new PixverseRefusal(400017, 'mask_id is of another video or keyframe');
  }
  return {
    ...planDefaults,
    operation: 'swap',
    prompt: '',
    resolution: linesOf(quality),
    credits: editPriceOf(quality, source.seconds),
    recipe: {
      ...source.recipe,
      ...sizeOf(quality, source.recipe),
      label: labelOf('swap'),
      segments: [
        {
          kind: 'composition',
          seconds: source.seconds,
          caption: 'swap',
          background: null,
          subjects: [image.file],
        },
      ],
    },
    fileNames: [...source.fileNames, image.name ?? ''],
    message: 'Success',
    replyCredits: 'credits',
  };
};
