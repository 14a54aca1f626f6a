import { limits } from '../capabilities.ts';
import { PixverseRefusal } from '../error-codes.ts';
import { priceOf } from '../prices.ts';
import {
  labelOf,
  linesOf,
  planDefaults,
  readBasics,
  readDuration,
  readMotionMode,
  readPrompt,
  readSwitch,
} from './plan.ts';
import type { Planner } from './plan.ts';
import { readSource } from './source-video.ts';

/** POST /video/extend/generate: the whole source, and then the length asked for. The picture keeps the source's size. */
export const planExtend: Planner = (fields, references) => {
  const basics = readBasics(fields, 'extend');
  const { model, quality, capabilities } = basics;
  const source = readSource(fields, references);
  if (source.seconds >= limits.extendSource.shorterThanSeconds) {
    throw new PixverseRefusal(400017, `the source is not under ${limits.extendSource.shorterThanSeconds} s`);
  }
  const seconds = readDuration(fields, basics);
  const motionMode = readMotionMode(fields, basics, seconds);
  const prompt = readPrompt(fields);
  const audio = readSwitch(fields, 'generate_audio_switch', capabilities.audio);
  return {
    ...planDefaults,
    operation: 'extend',
    prompt,
    negativePrompt: basics.negativePrompt,
    seed: basics.seed,
    style: fields.text('style') ?? '',
    resolution: linesOf(quality),
    credits: priceOf({ model, quality, seconds, audio, multiClip: false, motionMode }),
    recipe: {
      ...source.recipe,
      label: labelOf('extend', model),
      hasSound: audio || source.recipe.hasSound === true,
      segments: [...source.recipe.segments, { seconds, caption: prompt, kind: 'gradient' }],
    },
    message: 'Success',
  };
};
