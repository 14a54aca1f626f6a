import { limits } from '../capabilities.ts';
import { PixverseRefusal } from '../error-codes.ts';
import { editQualities, mimicPriceOf } from '../feature-prices.ts';
import { noPersonFileNameWord, noSubjectFileNameWord } from '../triggers.ts';
import { labelOf, linesOf, planDefaults, sizeOf } from './plan.ts';
import type { Planner } from './plan.ts';
import { readSource } from './source-video.ts';

/** POST /video/mimic/generate: the picture moves as the source does, for as long. */
export const planMimic: Planner = (fields, references) => {
  const source = readSource(fields, references, limits.mimicSourceSeconds);
  const image = references.image(fields.requiredId('img_id'));
  const quality = fields.requiredOneOf('quality', editQualities);
  if (image.name?.includes(noSubjectFileNameWord) === true) {
    throw new PixverseRefusal(701002);
  }
  if (source.fileNames.some((name) => name.includes(noPersonFileNameWord))) {
    throw new PixverseRefusal(701003);
  }
  return {
    ...planDefaults,
    operation: 'mimic',
    prompt: '',
    resolution: linesOf(quality),
    credits: mimicPriceOf(quality, source.seconds),
    recipe: {
      ...sizeOf(quality, image),
      label: labelOf('mimic'),
      segments: [{ kind: 'picture', seconds: source.seconds, caption: 'mimic', picture: image.file }],
    },
    fileNames: [...source.fileNames, image.name ?? ''],
    replyCredits: 'credit',
  };
};
