import { qualities } from '../capabilities.ts';
import { avatarPriceOf } from '../feature-prices.ts';
import { labelOf, linesOf, planDefaults, sizeOf } from './plan.ts';
import type { Planner } from './plan.ts';
import { fileNamesOf, readSpeech, secondsOf, wordsOf } from './speech.ts';

/** POST /video/avatar/generate: a portrait that speaks, for as long as its words take. */
export const planAvatar: Planner = (fields, references) => {
  const image = references.image(fields.requiredId('img_id'));
  const quality = fields.requiredOneOf('quality', qualities);
  const speech = readSpeech(fields, references);
  const seconds = secondsOf(speech);
  return {
    ...planDefaults,
    operation: 'avatar',
    prompt: wordsOf(speech),
    resolution: linesOf(quality),
    credits: avatarPriceOf(quality, seconds),
    recipe: {
      ...sizeOf(quality, image),
      label: labelOf('avatar'),
      hasSound: true,
      segments: [{ kind: 'picture', seconds, caption: wordsOf(speech), picture: image.file }],
    },
    fileNames: [image.name ?? '', ...fileNamesOf(speech)],
  };
};
