import { limits } from '../capabilities.ts';
import { PixverseRefusal } from '../error-codes.ts';
import { sourcePriceOf } from '../feature-prices.ts';
import { labelOf, planDefaults } from './plan.ts';
import type { Planner } from './plan.ts';
import { readSource } from './source-video.ts';

/** POST /video/sound_effect/generate: without a text the sound is invented from the picture. */
export const planSoundEffect: Planner = (fields, references) => {
  const source = readSource(fields, references);
  const text = fields.text('sound_effect_content') ?? '';
  if (Array.from(text).length > limits.soundEffectCharacters) {
    throw new PixverseRefusal(400018);
  }
  fields.flag('original_sound_switch');
  return {
    ...planDefaults,
    operation: 'sound_effect',
    prompt: text,
    resolution: source.resolution,
    credits: sourcePriceOf('sound_effect', source.seconds),
    recipe: { ...source.recipe, label: labelOf('sound_effect'), hasSound: true },
    fileNames: source.fileNames,
  };
};
