import { limits } from '../capabilities.ts';
import { PixverseRefusal } from '../error-codes.ts';
import { sourcePriceOf } from '../feature-prices.ts';
import type { Fields } from '../fields.ts';
import { restyleEffects } from '../restyle-effects.ts';
import { checkedPrompt, labelOf, planDefaults, readSeed } from './plan.ts';
import type { Planner } from './plan.ts';
import { readSource } from './source-video.ts';

/** POST /video/restyle/generate: the source in a look from the list, or in one that is described. */
export const planRestyle: Planner = (fields, references) => {
  const source = readSource(fields, references, limits.restyleSourceSeconds);
  const prompt = readLook(fields);
  return {
    ...planDefaults,
    operation: 'restyle',
    prompt,
    seed: readSeed(fields),
    resolution: source.resolution,
    credits: sourcePriceOf('restyle', source.seconds),
    recipe: {
      ...source.recipe,
      label: labelOf('restyle'),
      segments: source.recipe.segments.map((segment) => ({ ...segment, caption: prompt })),
    },
    fileNames: source.fileNames,
    message: 'Success',
    replyCredits: 'credits',
  };
};

function readLook(fields: Fields): string {
  // Numbers from the list, which may be 0 in no case: an absent id and the id 0 are the same.
  const id = fields.id('restyle_id');
  const prompt = fields.text('restyle_prompt');
  if (id !== null && prompt !== null) {
    throw new PixverseRefusal(400017, 'only one of restyle_id and restyle_prompt');
  }
  if (prompt !== null) {
    return checkedPrompt(prompt);
  }
  if (id === null) {
    throw new PixverseRefusal(400011, 'restyle_id or restyle_prompt');
  }
  const effect = restyleEffects.find((known) => String(known.id) === id);
  if (effect === undefined) {
    throw new PixverseRefusal(400017, `restyle_id ${id}`);
  }
  return effect.prompt;
}
