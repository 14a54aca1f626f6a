import { sourcePriceOf } from '../feature-prices.ts';
import { labelOf, planDefaults } from './plan.ts';
import type { Planner } from './plan.ts';
import { readSource } from './source-video.ts';

/** POST /video/upscale/generate: the source, twice as wide and high. */
export const planUpscale: Planner = (fields, references) => {
  const { recipe, resolution, seconds, fileNames } = readSource(fields, references);
  return {
    ...planDefaults,
    operation: 'upscale',
    prompt: '',
    resolution: resolution * 2,
    credits: sourcePriceOf('upscale', seconds),
    recipe: { ...recipe, width: recipe.width * 2, height: recipe.height * 2, label: labelOf('upscale') },
    fileNames,
  };
};
